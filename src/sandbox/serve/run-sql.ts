/** Runs a statement in the sandbox's PostgreSQL as a person, with their own login, on a fresh connection. */
import type { FieldDef } from 'pg'
import type { OrdersDatabase } from '../postgres-orders.ts'
import type { Done, Rows } from './seen.ts'

const ROWS_MAX = 50
const CELL_MAX = 200
const STATEMENT_MS = 5_000

interface Result {
  readonly command?: string
  readonly rowCount?: number | null
  readonly fields?: readonly FieldDef[]
  readonly rows?: readonly (readonly unknown[])[]
}

/** PostgreSQL's own words where it refuses. */
export const runSql = async (orders: OrdersDatabase, person: string, text: string): Promise<Done> => {
  let client: Awaited<ReturnType<OrdersDatabase['connectAs']>> | undefined
  try {
    client = await orders.connectAs(person)
    await client.query(`SET statement_timeout = ${STATEMENT_MS}`)
    const results = [await client.query({ text, rowMode: 'array' })].flat() as Result[]
    return { ok: true, rows: readRows(results.at(-1) ?? {}) }
  } catch (thrown) {
    return { ok: false, error: thrown instanceof Error ? thrown.message : String(thrown) }
  } finally {
    await client?.end().catch(() => undefined)
  }
}

const readRows = ({ command = '', rowCount, fields = [], rows = [] }: Result): Rows => ({
  columns: fields.map(({ name }) => name),
  rows: rows.slice(0, ROWS_MAX).map((row) => row.map(cell)),
  count: rowCount ?? rows.length,
  command,
})

const cell = (value: unknown): string => {
  const text =
    value === null || value === undefined ? '' : value instanceof Date ? value.toISOString() : String(value)
  return text.length > CELL_MAX ? `${text.slice(0, CELL_MAX)}…` : text
}
