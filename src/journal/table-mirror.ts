/**
 * The mirror as two tables of a PostgreSQL database: entries, which are only ever added, and texts, which can be erased.
 * The number is the primary key, so that of two who write at once one is told.
 */
import { escapeIdentifier, Pool, type PoolClient, type QueryResultRow } from 'pg'
import { Fault } from '../domain/fault.ts'
import type { Seal } from '../domain/model.ts'
import type { KeptText, Mirror, MirrorLine } from './mirror.ts'

const CONNECT_MS = 5_000
const ANSWER_MS = 15_000
const PAGE = 1_000

export interface TableMirrorSettings {
  readonly url: string
  readonly table: string
}

/** What an administrator runs once, where the login may not create tables; the login needs no more than it gives. */
const mirrorRecipe = (table: string): string => {
  const [entries, texts] = namesOf(table)
  return [
    `CREATE TABLE IF NOT EXISTS ${entries} (n bigint PRIMARY KEY, seal text NOT NULL, entry text NOT NULL);`,
    `CREATE TABLE IF NOT EXISTS ${texts} (record text, digest text, salt text NOT NULL, text text NOT NULL, PRIMARY KEY (record, digest));`,
  ].join('\n')
}

const namesOf = (table: string): readonly [entries: string, texts: string] => {
  const parts = table.split('.')
  const quote = (suffix: string): string =>
    parts.map((part, i) => escapeIdentifier(i === parts.length - 1 ? part + suffix : part)).join('.')
  return [quote(''), quote('_texts')]
}

export const openTableMirror = ({ url, table }: TableMirrorSettings): Mirror => {
  const [entries, texts] = namesOf(table)
  const pool = new Pool({
    connectionString: url,
    application_name: 'curfew mirror',
    max: 2,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    // A pool that waits for the next entry keeps no process alive.
    allowExitOnIdle: true,
  })
  // An idle connection that is lost is replaced by the next query.
  pool.on('error', () => undefined)
  let isThere = false
  let closing: Promise<void> | undefined

  const ask = async <R extends QueryResultRow>(
    sql: string,
    values: readonly unknown[] = [],
  ): Promise<R[]> => {
    try {
      return (await pool.query<R>(sql, [...values])).rows
    } catch (thrown) {
      throw toFault(thrown)
    }
  }

  const areThere = async (): Promise<boolean> => {
    const sql = 'SELECT to_regclass($1) IS NOT NULL AND to_regclass($2) IS NOT NULL AS both'
    return (await ask<{ both: boolean }>(sql, [entries, texts]))[0]?.both === true
  }

  const makeTables = async (): Promise<void> => {
    if (isThere) return
    if (!(await areThere())) {
      await ask(mirrorRecipe(table)).catch(async (thrown: unknown) => {
        // Another replica may have made them meanwhile.
        if (!(await areThere())) throw thrown
      })
    }
    isThere = true
  }

  const last = async (): Promise<MirrorLine | null> => {
    await makeTables()
    const [row] = await ask<Row>(`SELECT n, seal, entry FROM ${entries} ORDER BY n DESC LIMIT 1`)
    return row === undefined ? null : lineOf(row)
  }

  const append = async (lines: readonly MirrorLine[], kept: readonly KeptText[]): Promise<void> => {
    if (lines.length === 0) return
    const client = await pool.connect().catch((thrown: unknown) => {
      throw toFault(thrown)
    })
    try {
      await client.query('BEGIN; SET LOCAL synchronous_commit = on')
      await insert(client, lines, kept)
      await client.query('COMMIT')
      client.release()
    } catch (thrown) {
      // The connection goes with its transaction.
      client.release(true)
      throw toFault(thrown)
    }
  }

  const insert = async (
    client: PoolClient,
    lines: readonly MirrorLine[],
    kept: readonly KeptText[],
  ): Promise<void> => {
    const columns = (rows: readonly object[], names: readonly string[]): unknown[] =>
      names.map((name) => rows.map((row) => (row as Record<string, unknown>)[name]))
    await client.query(
      `INSERT INTO ${texts} (record, digest, salt, text)
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) ON CONFLICT DO NOTHING`,
      columns(kept, ['record', 'digest', 'salt', 'text']),
    )
    await client.query(
      `INSERT INTO ${entries} (n, seal, entry) SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[])`,
      columns(lines, ['n', 'seal', 'text']),
    )
  }

  return {
    last,
    append,
    erase: async (record) => void (await ask(`DELETE FROM ${texts} WHERE record = $1`, [record])),
    read: async function* () {
      await makeTables()
      for (let after = 0; ; ) {
        const rows = await ask<Row>(
          `SELECT n, seal, entry FROM ${entries} WHERE n > $1 ORDER BY n LIMIT ${PAGE}`,
          [after],
        )
        if (rows.length === 0) return
        const lines = rows.map(lineOf)
        yield lines
        after = lines.at(-1)?.n ?? after
      }
    },
    texts: async function* () {
      await makeTables()
      let [record, digest]: readonly string[] = ['', '']
      for (;;) {
        const rows = await ask<KeptText & QueryResultRow>(
          `SELECT record, digest, salt, text FROM ${texts} WHERE (record, digest) > ($1, $2)
            ORDER BY record, digest LIMIT ${PAGE}`,
          [record, digest],
        )
        if (rows.length === 0) return
        yield rows
        record = rows.at(-1)?.record ?? ''
        digest = rows.at(-1)?.digest ?? ''
      }
    },
    close: () => {
      closing ??= pool.end()
      return closing
    },
  }
}

interface Row extends QueryResultRow {
  /** A bigint comes as text. */
  readonly n: string
  readonly seal: string
  readonly entry: string
}

const lineOf = ({ n, seal, entry }: Row): MirrorLine => ({ n: Number(n), seal: seal as Seal, text: entry })

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const MEANS: Readonly<Record<string, string>> = {
  '23505': 'somebody else writes to the mirror',
  '28P01': "the mirror's server refused the password",
  '28000': "the mirror's server refused the login",
  '3D000': "the mirror's database does not exist",
  '42501': 'the login of the mirror may not do this: see docs/evidence.md for what it needs',
  '53100': "the disk of the mirror's server is full",
}

/** The server's own text, the URL and values never stand in it. */
const toFault = (thrown: unknown): Fault => {
  if (thrown instanceof Fault) return thrown
  const code = String((thrown as { code?: unknown }).code ?? '')
  const says = MEANS[code] ?? `the mirror's server cannot be reached, or answers with an error ${code}`.trim()
  return new Fault('retry', says, { cause: thrown })
}
