/** Whether Redis is what the mirror saw of it: asked at the start, before anything is given. */
import { HEAD, JOURNAL } from './keys.ts'
import type { Mirror } from './mirror.ts'
import type { Reader } from './open-reader.ts'
import type { Row } from './read-pages.ts'
import { execute, readMirrored } from './reads.ts'

const RESTORE = 'Stop every Curfew and run: curfew restore'
const OTHER = 'or point mirror: to an empty place, if that mirror is to be left behind'

/** What is wrong, as a sentence with the mend. Rejects with a fault when one of the two does not answer. */
export const examineMirror = async (reader: Reader, mirror: Mirror): Promise<string | undefined> => {
  const line = await mirror.last()
  if (line === null) return undefined
  const id = `${line.n}-0`
  const [head, newest, rows] = (await reader.ask((redis) =>
    execute(redis.multi().hget(HEAD, 'n').xrevrange(JOURNAL, '+', '-', 'COUNT', 1).xrange(JOURNAL, id, id)),
  )) as [string | null, Row[], Row[]]
  const end = Math.max(Number(head ?? 0), Number.parseInt(newest[0]?.[0] ?? '0', 10))
  if (end < line.n)
    return `Redis ends at entry ${end} and the mirror at ${line.n}: Redis came back emptier or older. ${RESTORE} (${OTHER}).`
  if (rows[0]?.[1][1] !== line.text)
    return `Entry ${line.n} in Redis is another one than in the mirror: one of the two is not of this journal. ${RESTORE} (${OTHER}).`
  return undefined
}

/** Whether nothing was ever written here: then only the mirror could tell that something was lost. */
export const isEmpty = async (reader: Reader): Promise<boolean> =>
  (await reader.ask((redis) => redis.exists(HEAD, JOURNAL))) === 0

/** More entries than one busy second has. */
const BEHIND_MAX = 5_000

/** What an operator should know of its progress, as whoever writes it says. Rejects with a fault. */
export const examineProgress = async (reader: Reader): Promise<readonly string[]> => {
  const status = await reader.ask(readMirrored)
  if (status === null) return ['nothing was written to it yet: a running bot does']
  if (status.trouble !== undefined) return [`lacks ${status.behind} entries: ${status.trouble}`]
  return status.behind > BEHIND_MAX ? [`lacks ${status.behind} entries: is a bot running?`] : []
}
