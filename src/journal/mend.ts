/**
 * Mends the index: `live` and the lanes can be lost, the records tell what belongs there. Cheap while the counts in
 * the head agree; at the first time in a process and after each reconnect it looks at every request and seat, and at every
 * place in chat only where something is lost: a place cannot tell by itself whether it is behind.
 */
import { BATCH_MAX } from '../domain/limits.ts'
import type { Journal, Lane, Log, RecordKey } from '../ports.ts'
import { HEAD, JOURNAL, keyOfRecordName, LIVE, RECORDS_PATTERN, recordName } from './keys.ts'
import type { Link } from './link.ts'
import { scanLive } from './scan-live.ts'
import { parseStored } from './stored.ts'

type DueOf = Parameters<Journal['mend']>[0]
type Due = readonly (readonly [Lane, number])[]
type Row = readonly [key: RecordKey, v: number, live: boolean, due: Due, elsewhere: readonly Lane[]]

const FIXED = [HEAD, JOURNAL, LIVE]
/** A record that keeps moving is written by others, who also write its due times. */
const TRIES = 3

const readTexts = (link: Link, keys: readonly RecordKey[]): Promise<(string | null)[]> =>
  link.command((redis) => redis.mget(keys.map(recordName)))

async function* inBatches(
  pages: AsyncIterable<readonly RecordKey[]>,
  wants: (key: RecordKey) => boolean,
): AsyncGenerator<readonly RecordKey[]> {
  for await (const page of pages) {
    const keys = page.filter(wants)
    for (let i = 0; i < keys.length; i += BATCH_MAX) yield keys.slice(i, i + BATCH_MAX)
  }
}

async function* scanKeys(link: Link): AsyncGenerator<readonly RecordKey[]> {
  let cursor = '0'
  do {
    const [next, names] = await link.command((redis) =>
      redis.scan(cursor, 'MATCH', RECORDS_PATTERN, 'COUNT', 1_000),
    )
    cursor = next
    yield names.map(keyOfRecordName)
  } while (cursor !== '0')
}

const isPlace = (key: RecordKey): boolean => key.startsWith('d:')

export const openMend = (link: Link, log: Log) => {
  /** Epoch of the connection at the last full look. */
  let looked = -1

  const rowOf = (key: RecordKey, text: string | null, dueOf: DueOf): Row | undefined => {
    if (text === null) return undefined
    try {
      const { live, ...record } = parseStored(key, text)
      const due = live ? dueOf(record) : []
      return [
        key,
        record.v,
        live,
        due.flatMap((row) => (row.at === null ? [] : [[row.lane, row.at] as const])),
        due.flatMap((row) => (row.at === null ? row.lane : [])),
      ]
    } catch (thrown) {
      log.error({ record: key, error: String(thrown) }, 'a record cannot be read')
      return undefined
    }
  }

  /** Mends these records; those that moved on meanwhile are read again. Answers how much was lacking. */
  const mendKeys = async (keys: readonly RecordKey[], dueOf: DueOf, lanes: Set<Lane>): Promise<number> => {
    let mended = 0
    let rest = keys
    for (let i = 0; i < TRIES && rest.length > 0; i += 1) {
      const texts = await readTexts(link, rest)
      const rows = rest
        .map((key, at) => rowOf(key, texts[at] ?? null, dueOf))
        .filter((row) => row !== undefined)
      for (const row of rows) for (const [lane] of row[3]) lanes.add(lane)
      const [count, moved] = await link.run(
        'mend',
        [...FIXED, ...rest.map(recordName)],
        [JSON.stringify(rows)],
        'write',
      )
      mended += count as number
      rest = moved as RecordKey[]
    }
    return mended
  }

  return async (dueOf: DueOf): Promise<number> => {
    const epoch = link.epoch()
    const [liveDiffers, dueDiffers] = await link.run('count-index', FIXED, ['compare'], 'read')
    if (liveDiffers === 0 && dueDiffers === 0 && looked === epoch) return 0
    const isLost = liveDiffers === 1 || dueDiffers === 1
    if (isLost) await link.run('count-index', FIXED, ['drop'], 'write')
    const lanes = new Set<Lane>()
    let mended = 0
    const pages = liveDiffers === 1 ? scanKeys(link) : scanLive(link)
    for await (const keys of inBatches(pages, (key) => isLost || !isPlace(key)))
      mended += await mendKeys(keys, dueOf, lanes)
    await link.run('count-index', FIXED, ['set', ...lanes], 'write')
    looked = epoch
    if (mended > 0) log.warn({ mended }, 'the index of due times had lost members and was mended')
    return mended
  }
}
