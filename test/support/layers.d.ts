import type { Rule } from 'eslint'

export const rooms: Readonly<
  Record<
    string,
    {
      readonly rooms: readonly string[]
      readonly packages: readonly string[]
      readonly not?: readonly string[]
    }
  >
>
export function layerViolation(from: string, source: string): string | null
export const layers: Rule.RuleModule
export const repositoryRoot: string
