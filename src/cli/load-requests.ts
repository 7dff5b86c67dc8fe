/** Stored requests, for the commands of an operator on the host. */
import { BATCH_MAX } from '../domain/limits.ts'
import { type RecordKey, type Request, type RequestId, requestKey } from '../domain/model.ts'
import type { Texts } from '../domain/words.ts'
import type { Journal } from '../ports.ts'
import { readState } from '../service/load.ts'

/** Those that are stored, in the order of the ids. */
export const loadRequests = async (
  journal: Journal,
  keys: readonly RecordKey[],
): Promise<readonly Request[]> => {
  const { records } = await journal.load(keys)
  return keys.flatMap((key) => readState('request', records.get(key)) ?? [])
}

/** All that are not over, the oldest first. */
export const liveRequests = async (journal: Journal): Promise<readonly Request[]> => {
  const keys = (await journal.live()).filter((key) => key.startsWith('r:'))
  const found: Request[] = []
  for (let i = 0; i < keys.length; i += BATCH_MAX)
    found.push(...(await loadRequests(journal, keys.slice(i, i + BATCH_MAX))))
  return found.sort((a, b) => a.askedAt - b.askedAt)
}

export const textsOf = (journal: Journal, id: RequestId): Promise<Texts> => journal.texts(requestKey(id))
