/** Every request that was ever made, found in the stream; what became of it is looked up by whoever asks. */
import { BATCH_MAX } from '../domain/limits.ts'
import type { Instant, RequestId } from '../domain/model.ts'
import type { Reader } from './open-reader.ts'
import { entryOf } from './read-histories.ts'
import { readPages } from './read-pages.ts'

export interface Asked {
  /** Asked from here on. */
  readonly from: Instant
  /** And before this. */
  readonly before: Instant
}

/** The requests that were made in that time, in batches, in the order they were asked. Rejects with a fault. */
export async function* readAsked(
  reader: Reader,
  { from, before }: Asked,
  onUnreadable: () => void,
): AsyncGenerator<readonly RequestId[]> {
  for await (const { ids: places, texts } of readPages(reader)) {
    const ids: RequestId[] = []
    for (const [i, id] of places.entries()) {
      const entry = entryOf([id, ['e', texts[i] ?? '']])
      if (entry === undefined) onUnreadable()
      else if (typeOf(entry.event) === 'requested' && entry.at >= from && entry.at < before)
        ids.push(entry.record.slice(2) as RequestId)
    }
    for (let i = 0; i < ids.length; i += BATCH_MAX) yield ids.slice(i, i + BATCH_MAX)
  }
}

const typeOf = (event: unknown): unknown => (event as { type?: unknown }).type
