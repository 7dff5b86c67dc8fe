/** Every record of some kinds that is not closed, a few hundred at a time. */
import type { RecordKey, Request } from '../domain/model.ts'
import type { Journal, Stored } from '../ports.ts'
import { readState } from './load.ts'

const LOAD_AT_ONCE = 500

/** `kinds` are the first letters of the keys. */
export const loadLive = async (
  journal: Journal,
  kinds: readonly ('r' | 's' | 'd' | 't')[],
): Promise<readonly Stored[]> => {
  const keys = (await journal.live()).filter((key) => kinds.some((kind) => key.startsWith(`${kind}:`)))
  return loadInPages(journal, keys)
}

export const loadInPages = async (
  journal: Journal,
  keys: readonly RecordKey[],
): Promise<readonly Stored[]> => {
  const found: Stored[] = []
  for (let i = 0; i < keys.length; i += LOAD_AT_ONCE) {
    const { records } = await journal.load(keys.slice(i, i + LOAD_AT_ONCE))
    found.push(...records.values())
  }
  return found
}

/** Requests that are waiting, and grants that are not over. */
export const loadLiveRequests = async (journal: Journal): Promise<readonly Request[]> =>
  (await loadLive(journal, ['r'])).flatMap((record) => readState('request', record) ?? [])
