/** `mirror:` and `keep:`: where the journal stands once more, and how long Redis has what is closed. */
import { z } from 'zod'
import type { MirrorSettings } from '../ports.ts'

const DAY_MS = 24 * 3_600_000
/** A digest tells what ended in the last seven days. */
const KEEP_DAYS_MIN = 8
const KEEP_DAYS_MAX = 3_650

const HOW = `Write \`mirror: { folder: /var/lib/curfew/journal }\`, or \`mirror: { database: { url: "\${MIRROR_URL}" } }\`.`

/** `90d` to ms. */
export const keepShape = z.string().transform((written, context) => {
  const count = Number(/^(\d{1,4})d$/.exec(written.trim())?.[1] ?? 0)
  if (count >= KEEP_DAYS_MIN && count <= KEEP_DAYS_MAX) return count * DAY_MS
  const params = { hint: `Write days, such as 90d: from ${KEEP_DAYS_MIN}d to ${KEEP_DAYS_MAX}d.` }
  context.addIssue({ code: 'custom', message: `“${written}” is no number of days.`, params })
  return z.NEVER
})

const absolutePath = z.string().transform((written, context) => {
  if (/^(\/|[A-Za-z]:\\)/.test(written)) return written
  const params = { hint: 'Write it from the root, such as /var/lib/curfew/journal.' }
  context.addIssue({ code: 'custom', message: 'Is no absolute path.', params })
  return z.NEVER
})

const tableName = z.string().transform((written, context) => {
  if (/^[a-z_][a-z0-9_]{0,55}(\.[a-z_][a-z0-9_]{0,55})?$/.test(written)) return written
  const params = { hint: 'Write a table, or schema.table, in lower case.' }
  context.addIssue({ code: 'custom', message: 'Is no name of a table.', params })
  return z.NEVER
})

/** A folder or a table, not both. */
export const mirrorShape = z
  .strictObject({
    folder: absolutePath.optional().describe('A folder that outlives the bot, as an absolute path.'),
    database: z
      .strictObject({
        url: z.url({ protocol: /^postgres(ql)?$/ }).describe('Its address; it stands in the environment.'),
        table: tableName
          .default('curfew_journal')
          .describe('Where the entries go; the texts go to the same name with `_texts`.'),
      })
      .optional()
      .describe('A PostgreSQL database, best another one than those in which access is given.'),
  })
  .transform(({ folder, database }, context): MirrorSettings => {
    if (folder !== undefined && database === undefined) return { folder }
    if (database !== undefined && folder === undefined) return { database }
    const params = { hint: HOW }
    context.addIssue({ code: 'custom', message: 'Is one of two: a folder, or a PostgreSQL table.', params })
    return z.NEVER
  })
