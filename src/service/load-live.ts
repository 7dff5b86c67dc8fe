/** Every record of some kinds that is not closed, a few hundred at a time. */
import type { RecordKey, Request } from '../domain/model.ts'
import type { Journal, Stored } from '../ports.ts'
import { readState } from './load.ts'

const LOAD_AT_ONCE = 500

/** `kinds` are the first letters of the keys. */
export const liveKeys = async (
  journal: Journal,
  kinds: readonly ('r' | 's' | 'd' | 't')[],
): Promise<readonly RecordKey[]> =>
  (await journal.live()).filter((key) => kinds.some((kind) => key.startsWith(`${kind}:`)))

export const loadInPages = async (
  journal: Journal,
  keys: readonly RecordKey[],
): Promise<readonly Stored[]> => {
  const found: Stored[] = []
  for await (const page of pagesOf(journal, keys)) found.push(...page)
  return found
}

/** For what is not kept: thousands of records are never in memory at once. */
export async function* pagesOf(
  journal: Journal,
  keys: readonly RecordKey[],
): AsyncGenerator<readonly Stored[]> {
  for (let i = 0; i < keys.length; i += LOAD_AT_ONCE) {
    const { records } = await journal.load(keys.slice(i, i + LOAD_AT_ONCE))
    yield [...records.values()]
  }
}

/**
 * What there is to know of each request that waits and each grant that is not over. Choose little: of a million of them, whole
 * requests are more than a process may hold.
 */
export const gatherLive = async <T>(
  journal: Journal,
  choose: (request: Request) => readonly T[],
): Promise<readonly T[]> => {
  const found: T[] = []
  for await (const page of pagesOf(journal, await liveKeys(journal, ['r'])))
    for (const request of page.flatMap((record) => readState('request', record) ?? []))
      found.push(...choose(request))
  return found
}
