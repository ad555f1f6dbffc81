import { ContractError, type Plan } from '../../contract/index.ts'
import type { StoreCore } from './core.ts'

export interface PlanRows {
  insert(name: string, steps: Plan['steps']): Plan
  get(id: string): Plan
  list(): Plan[]
  advance(id: string, cursor: number, state: Plan['state']): void
}

interface Row {
  id: string
  name: string
  steps: string
  cursor: number
  state: Plan['state']
}

export function planRows({ db, newId, changed }: StoreCore): PlanRows {
  const insert = db.prepare(`INSERT INTO plan (id, name, steps, state) VALUES (?, ?, ?, 'running')`)
  const one = db.prepare<[string], Row>('SELECT * FROM plan WHERE id = ?')
  const all = db.prepare<[], Row>('SELECT * FROM plan ORDER BY id DESC')
  const jobs = db.prepare<[string], string>('SELECT id FROM job WHERE plan_id = ? ORDER BY id').pluck()
  const update = db.prepare('UPDATE plan SET cursor = ?, state = ? WHERE id = ?')
  const fromRow = (row: Row): Plan => ({
    id: row.id,
    name: row.name,
    steps: JSON.parse(row.steps) as Plan['steps'],
    cursor: row.cursor,
    state: row.state,
    jobIds: jobs.all(row.id) as string[],
  })
  const rows: PlanRows = {
    insert(name, steps) {
      const id = newId()
      insert.run(id, name, JSON.stringify(steps))
      changed('plan', [id])
      return rows.get(id)
    },
    get(id) {
      const row = one.get(id)
      if (row === undefined) throw new ContractError('NOT_FOUND', 'There is no such plan.', id)
      return fromRow(row)
    },
    list: () => all.all().map(fromRow),
    advance(id, cursor, state) {
      update.run(cursor, state, id)
      changed('plan', [id])
    },
  }
  return rows
}
