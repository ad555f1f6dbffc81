import type { Database } from 'better-sqlite3'
import type { ChangedEvent } from '../../contract/index.ts'

export type Entity = ChangedEvent['entity']

/** What every repository is given. `changed` is told to listeners only after the transaction has committed. */
export interface StoreCore {
  readonly db: Database
  readonly newId: () => string
  readonly now: () => string
  changed(entity: Entity, ids?: string[]): void
}
