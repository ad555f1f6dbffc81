/** Forward only. A released migration never changes: its hash is stored with each project and compared at opening. */
export interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
}
