import type { Column, ModelKind } from '../../../main/contract/index.ts'

export interface Choice {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly kinds: readonly ModelKind[]
}

/** What the engine takes when nothing is chosen, shown as ticks so that a person sees what would be trained. */
export function defaultChoice(columns: readonly Column[], kinds: readonly ModelKind[]): Choice {
  const numbers = (role: Column['role']) =>
    columns.filter((column) => column.role === role && column.kind === 'number').map((column) => column.name)
  return {
    inputs: columns
      .filter((column) => column.role === 'composition' || column.role === 'process')
      .map((column) => column.name),
    outputs: [...numbers('property'), ...numbers('microstructure')],
    kinds,
  }
}

const same = (a: readonly string[], b: readonly string[]) =>
  JSON.stringify(a.toSorted()) === JSON.stringify(b.toSorted())

export function sameChoice(a: Choice, b: Choice): boolean {
  return sameColumns(a, b) && same(a.kinds, b.kinds)
}

export function sameColumns(a: Choice, b: Choice): boolean {
  return same(a.inputs, b.inputs) && same(a.outputs, b.outputs)
}

/** Parameters of the job: what is left at its default is not named, so that the engine's own choice stays its own. */
export function trainParams(
  choice: Choice,
  defaults: Choice,
): { inputs: string[]; outputs: string[]; kinds: ModelKind[] } {
  const columns = !sameColumns(choice, defaults)
  return {
    inputs: columns ? [...choice.inputs] : [],
    outputs: columns ? [...choice.outputs] : [],
    kinds: same(choice.kinds, defaults.kinds) ? [] : [...choice.kinds],
  }
}

/** Why training cannot start with this choice; null when it can. */
export function choiceProblem(choice: Choice): string | null {
  if (choice.inputs.length === 0) return 'Choose at least one input.'
  if (choice.outputs.length === 0) return 'Choose at least one output.'
  return choice.kinds.some((kind) => kind !== 'mean')
    ? null
    : 'Choose at least one kind of model beside the mean.'
}

/** What each kind is, in the words of a person who has to choose. */
export const kindHints: Readonly<Record<ModelKind, string>> = {
  pool: 'equal blend of the strongest kinds; usually the most reliable',
  bhn: 'weights drawn from a learnt distribution, with a mean function of its own choosing',
  'bhn-raw': 'the same on the inputs alone, without a mean function',
  forest: 'averages of trees; hard to beat on small tables',
  gp: 'smooth functions with an exact posterior; best on few rows',
  boosting: 'trees that correct one another',
  ensemble: 'plain networks trained apart',
  dropout: 'one network with random gaps',
  ridge: 'straight lines; what a simple model reaches',
  mean: 'knows no inputs: what guessing reaches; always fitted',
}
