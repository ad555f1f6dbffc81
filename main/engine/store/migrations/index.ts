import { first } from './0001-first.ts'
import { generator } from './0002-generator.ts'
import type { Migration } from './migration.ts'

export const migrations: readonly Migration[] = [first, generator]
