/** What an operator reads about mistakes in `mirror:` and `keep:`, and what good ones become. */
import { expect, test } from 'vitest'
import { complaints, EXAMPLE, read } from './example.ts'

const DAY_MS = 86_400_000
const mirrorOf = (line: string) => {
  const result = read(`${line}\n${EXAMPLE}`)
  return result.ok && { mirror: result.config.mirror, keepMs: result.config.keepMs }
}

test('a folder, a table, or none; what is closed stays 90 days unless it is said', () => {
  expect(mirrorOf('')).toEqual({ mirror: undefined, keepMs: 90 * DAY_MS })
  expect(mirrorOf('mirror: { folder: /var/lib/curfew/journal }')).toMatchObject({
    mirror: { folder: '/var/lib/curfew/journal' },
  })
  const url = 'postgres://curfew:pw@db.acme.test/audit'
  expect(mirrorOf(`keep: 30d\nmirror: { database: { url: "${url}" } }`)).toEqual({
    mirror: { database: { url, table: 'curfew_journal' } },
    keepMs: 30 * DAY_MS,
  })
})

const HOW =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: so it stands in the file
  'Write `mirror: { folder: /var/lib/curfew/journal }`, or `mirror: { database: { url: "${MIRROR_URL}" } }`.'
test.each([
  ['mirror: {}', `\`mirror\`: Is one of two: a folder, or a PostgreSQL table. ${HOW}`],
  [
    'mirror: { folder: journal }',
    '`mirror.folder`: Is no absolute path. Write it from the root, such as /var/lib/curfew/journal.',
  ],
  [
    'mirror: { database: { url: "postgres://x/y", table: "a;b" } }',
    '`mirror.database.table`: Is no name of a table. Write a table, or schema.table, in lower case.',
  ],
  ['keep: 7d', '`keep`: “7d” is no number of days. Write days, such as 90d: from 8d to 3650d.'],
  ['keep: 90', '`keep`: Should be text. Put it in quotes.'],
])('%s', (line, says) => {
  expect(complaints(`${line}\n${EXAMPLE}`)).toEqual([`curfew.yaml:1: ${says}`])
})
