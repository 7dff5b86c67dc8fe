/** Posts one notice, once; then it is closed. What cannot be posted for days is given up, loudly. */
import { asFault, Fault } from '../domain/fault.ts'
import { DELIVERY_MS, LEASE_MS, NOTICE_KEPT_MS } from '../domain/limits.ts'
import type { Instant, RecordKey } from '../domain/model.ts'
import type { Notice } from '../domain/notice.ts'
import type { Deps } from './deps.ts'
import { readState } from './load.ts'
import { commitView, viewPart } from './save-view.ts'
import { sendOnce, waitAfter } from './send-once.ts'

export const postNotice = async (deps: Deps, key: RecordKey): Promise<void> => {
  const { now, records } = await deps.journal.load([key])
  const notice = readState('notice', records.get(key))
  if (notice === null || notice.nextAt === null) return
  try {
    await post(deps, key, notice, now)
  } catch (thrown) {
    await putOff(deps, key, asFault(thrown))
  }
}

const post = async (deps: Deps, key: RecordKey, notice: Notice, now: Instant): Promise<void> => {
  const chat = deps.chats.get(notice.place.chat)
  if (chat === undefined) throw new Fault('permanent', 'this chat is not connected')
  const { card, place, trying } = notice
  const sent = await sendOnce(deps, chat, {
    to: { place },
    card,
    key: notice.key,
    now,
    trying,
    // Nobody else takes it up while it is being sent.
    note: async (noted) => {
      const saved = await save(deps, key, { ...notice, nextAt: now + LEASE_MS, trying: noted })
      return saved && { noted: saved, limits: { now, notAfter: now + DELIVERY_MS } }
    },
  })
  if (sent === null) return
  const { trouble: _, ...rest } = sent.noted ?? notice
  await save(deps, key, { ...rest, posted: sent.at, nextAt: null })
}

/** Reads the record again: what was noted before the failure must stay. */
const putOff = async (deps: Deps, key: RecordKey, fault: Fault): Promise<void> => {
  const { now, records } = await deps.journal.load([key])
  const notice = readState('notice', records.get(key))
  if (notice === null || notice.nextAt === null) return
  if (fault.paced) {
    await save(deps, key, { ...notice, nextAt: now + (fault.afterMs ?? 0) })
    return deps.wake()
  }
  const tries = notice.tries + 1
  const isOver = now - notice.beganAt > NOTICE_KEPT_MS
  const fields = { notice: key, kind: fault.kind, tries, fault: fault.message }
  if (isOver) deps.log.error(fields, 'a notice was never posted and is given up')
  else deps.log.warn(fields, 'not posted')
  const nextAt = isOver ? null : now + waitAfter(fault, tries)
  await save(deps, key, { ...notice, tries, trouble: fault.message, nextAt })
  // The loop sleeps as long as it knew of nothing; this may be due sooner.
  deps.wake()
}

const save = async (deps: Deps, key: RecordKey, next: Notice): Promise<Notice | null> => {
  const saved = { ...next, v: next.v + 1 }
  return (await commitView(deps, viewPart(key, saved, { live: saved.nextAt !== null }))) ? saved : null
}
