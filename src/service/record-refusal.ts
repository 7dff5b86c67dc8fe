/** Refusals leave a quiet entry that changes no state: a bounded number per person and minute, then only a log line. */
import { markOf } from '../domain/entry.ts'
import { asFault } from '../domain/fault.ts'
import { personKey } from '../domain/model.ts'
import type { Person } from '../domain/people.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Change } from '../ports.ts'
import type { Deps } from './deps.ts'

/** Never rejects: the person is told in any case. */
export const recordRefusal = async (
  deps: Deps,
  person: Person,
  { refused }: Refusal,
  gesture: NonNullable<Change['gesture']>,
): Promise<void> => {
  deps.monitor.refused(refused)
  deps.log.info({ person: person.id, refused, gesture: gesture.id }, 'refused')
  if (!deps.mayRecordRefusal(person.id)) return
  try {
    const { now } = await deps.journal.load([])
    const record = personKey(person.id)
    const link = { record, v: 0, at: now, event: { type: 'refused', refused, by: person.id } }
    const entries = [{ ...link, mark: markOf(deps.key, null, link) }]
    await deps.journal.commit({ ...NOTHING, at: now, entries, gesture })
  } catch (thrown) {
    deps.log.warn({ person: person.id, fault: asFault(thrown).message }, 'refusal not recorded')
  }
}

const NOTHING = {
  reads: [],
  writes: [],
  live: [],
  due: [],
  texts: [],
  sets: [],
  ends: false,
} as const satisfies Omit<Change, 'at' | 'entries'>
