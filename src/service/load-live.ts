/** Every record of some kinds that is not closed, a few hundred at a time. */
import type { RecordKey, Request } from '../domain/model.ts'
import type { Journal, Stored } from '../ports.ts'
import { readState } from './load.ts'

const LOAD_AT_ONCE = 500

/** `kinds` are the first letters of the keys. */
const loadLive = async (
  journal: Journal,
  kinds: readonly ('r' | 's' | 'd' | 't')[],
): Promise<readonly Stored[]> => {
  return loadInPages(journal, await liveKeys(journal, kinds))
}

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

/** Requests that are waiting, and grants that are not over. */
export const loadLiveRequests = async (journal: Journal): Promise<readonly Request[]> =>
  (await loadLive(journal, ['r'])).flatMap((record) => readState('request', record) ?? [])
