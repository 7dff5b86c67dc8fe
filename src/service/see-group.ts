/**
 * Looks at the members of one group and writes down what changed, together with a notice for every audit channel. Of
 * two replicas that look at once one writes; the other finds nothing new.
 */
import { drawGroupChange } from '../domain/cards/group-card.ts'
import { Fault } from '../domain/fault.ts'
import { compareGroup, evolveGroup, type GroupEvent, usesOf } from '../domain/group.ts'
import { DECIDE_TRIES, GROUP_MEMBERS_MAX, LOOK_MS } from '../domain/limits.ts'
import { groupKey, type Instant, noticeKey, placeId, placeOf } from '../domain/model.ts'
import { beginNotice } from '../domain/notice.ts'
import type { Change, Stored } from '../ports.ts'
import { callOutside } from './call.ts'
import { changeOne } from './change-one.ts'
import type { Deps } from './deps.ts'
import { systemOf } from './fetch-facts.ts'
import { readState } from './load.ts'
import { type ViewPart, viewPart } from './save-view.ts'

/** Rejects with a fault when directory or Redis does not answer, or when there was always somebody faster. */
export const seeGroup = async (deps: Deps, ref: string): Promise<void> => {
  for (let tries = 0; tries < DECIDE_TRIES; tries++) if (await seeOnce(deps, ref)) return
  throw new Fault('retry', 'others keep writing about this group')
}

/** False when somebody else was first. The record is read before the look, so that an older look never undoes a newer one. */
const seeOnce = async (deps: Deps, ref: string): Promise<boolean> => {
  const key = groupKey(ref)
  const before = await deps.journal.load([key])
  const stored = before.records.get(key) ?? { key, v: 0, mark: null, state: null }
  const members = await membersOf(deps, ref, before.now)
  const { now } = await deps.journal.load([])
  const event = compareGroup(readState('group', stored), { ref, members, at: now })
  if (event === null) return true
  const committed = await deps.journal.commit(changeOf(deps, stored, event))
  if (committed.kind === 'full') throw new Fault('retry', 'the journal takes no new work')
  if (committed.kind === 'ok') deps.wake()
  return committed.kind === 'ok'
}

const membersOf = async (deps: Deps, ref: string, now: Instant): Promise<readonly string[]> => {
  const directory = deps.directories.get(systemOf(ref))
  if (directory === undefined) throw new Fault('permanent', 'this directory is not connected')
  directory.forget(ref)
  const limits = { now, notAfter: now + LOOK_MS, key: `${ref}/members` }
  const members = await callOutside(deps.clock, limits, (call) => directory.members(ref, call))
  if (members.length > GROUP_MEMBERS_MAX)
    throw new Fault('permanent', 'this group is too large to be watched')
  return members
}

const changeOf = (deps: Deps, stored: Stored, event: GroupEvent): Change => {
  const state = evolveGroup(readState('group', stored), event)
  const told = event.type === 'group changed' ? noticesOf(deps, event, state.v) : []
  return { ...changeOne(deps.key, { stored, event, state, told }), at: event.at, ends: false }
}

const noticesOf = (
  deps: Deps,
  event: Extract<GroupEvent, { type: 'group changed' }>,
  v: number,
): readonly ViewPart[] => {
  const card = drawGroupChange(event, usesOf(event.ref, deps.rules))
  return deps.rules.auditChannels.map((channel) => {
    const place = placeOf('thread', channel)
    const key = noticeKey(`${event.ref}@${v}`, placeId(place))
    return viewPart(key, beginNotice(key, place, card, event.at), { live: true })
  })
}
