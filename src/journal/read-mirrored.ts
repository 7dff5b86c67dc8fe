/** The histories of requests as the mirror has them, also of those that have left Redis; in the order of their last event. */
import { BATCH_MAX } from '../domain/limits.ts'
import type { RecordKey, TextDigest } from '../domain/model.ts'
import type { Entry } from '../ports.ts'
import type { Mirror } from './mirror.ts'
import type { Asked } from './read-asked.ts'
import { entryOf, type History } from './read-histories.ts'
import { rowOf } from './verify-mirror.ts'

/** In batches. Calls `onUnreadable` for every line that is no entry. Rejects with a fault. */
export async function* readMirrored(
  mirror: Mirror,
  asked: Asked,
  onUnreadable: () => void,
): AsyncGenerator<readonly History[]> {
  const lasts = await findLasts(mirror, asked, onUnreadable)
  const texts = await readTexts(mirror, lasts)
  const open = new Map<RecordKey, Entry[]>()
  let batch: History[] = []
  for await (const entry of entriesIn(mirror, () => undefined)) {
    const { record: key } = entry
    const last = lasts.get(key)
    if (last === undefined) continue
    const entries = [...(open.get(key) ?? []), entry]
    open.set(key, entries)
    if (entry.n < last) continue
    // Only those that are not through are held.
    open.delete(key)
    batch.push({ key, entries, lacks: false, texts: texts.get(key) ?? new Map() })
    if (batch.length < BATCH_MAX) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

async function* entriesIn(mirror: Mirror, onUnreadable: () => void): AsyncGenerator<Entry> {
  for await (const page of mirror.read()) {
    for (const line of page) {
      const entry = 'unreadable' in line ? undefined : entryOf(rowOf(line))
      if (entry === undefined) onUnreadable()
      else if (entry.record.startsWith('r:')) yield entry
    }
  }
}

/** The number of the last entry of every request that was asked for in that time. */
const findLasts = async (
  mirror: Mirror,
  { from, before }: Asked,
  onUnreadable: () => void,
): Promise<ReadonlyMap<RecordKey, number>> => {
  const lasts = new Map<RecordKey, number>()
  for await (const { n, record, at, event } of entriesIn(mirror, onUnreadable)) {
    const isAsked = (event as { type?: unknown }).type === 'requested' && at >= from && at < before
    if (isAsked || lasts.has(record)) lasts.set(record, n)
  }
  return lasts
}

const readTexts = async (
  mirror: Mirror,
  wanted: { has(key: RecordKey): boolean },
): Promise<ReadonlyMap<RecordKey, ReadonlyMap<TextDigest, string>>> => {
  const texts = new Map<RecordKey, Map<TextDigest, string>>()
  for await (const page of mirror.texts()) {
    for (const { record, digest, text } of page) {
      if (!wanted.has(record)) continue
      const own = texts.get(record) ?? new Map<TextDigest, string>()
      texts.set(record, own.set(digest, text))
    }
  }
  return texts
}
