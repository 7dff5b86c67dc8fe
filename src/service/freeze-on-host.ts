/**
 * Freezes or thaws Curfew from the host. The audit channels are told in the same step; who reads it in a decision is
 * refused from that moment on, and a running bot does the telling.
 */
import { drawFreeze } from '../domain/cards/freeze-card.ts'
import { decideFreeze, evolveFreeze, type FreezeEvent } from '../domain/freeze.ts'
import { DECIDE_TRIES } from '../domain/limits.ts'
import { FREEZE_KEY, noticeKey, type PersonRef, placeId, placeOf } from '../domain/model.ts'
import { beginNotice } from '../domain/notice.ts'
import { isRefusal, type Refusal, refuse } from '../domain/refusal.ts'
import type { Stored } from '../ports.ts'
import { changeOne } from './change-one.ts'
import type { Deps } from './deps.ts'
import { type Kept, keepText } from './keep-text.ts'
import { readState } from './load.ts'
import { type ViewPart, viewPart } from './save-view.ts'

export type FreezeWish = { readonly does: 'freeze'; readonly reason: string } | { readonly does: 'thaw' }

type Freezing = Pick<Deps, 'key' | 'journal' | 'random'> & { readonly auditChannels: readonly string[] }

/** Answers what happened, or why nothing did. Rejects with a fault when Redis does not answer. */
export const freezeOnHost = async (
  deps: Freezing,
  by: PersonRef,
  wish: FreezeWish,
): Promise<FreezeEvent | Refusal> => {
  const reason = wish.does === 'freeze' ? keepText(deps, wish.reason) : null
  for (let tries = 0; tries < DECIDE_TRIES; tries++) {
    const { now: at, records } = await deps.journal.load([FREEZE_KEY])
    const stored = records.get(FREEZE_KEY) ?? { key: FREEZE_KEY, v: 0, mark: null, state: null }
    const event = decideFreeze(readState('freeze', stored), wantedBy(wish, { at, by, reason }))
    if (isRefusal(event)) return event
    const { kind } = await deps.journal.commit({ ...changeOf(deps, stored, event, reason), at, ends: true })
    if (kind === 'ok') return event
  }
  return refuse('busy', 'Too many are changing this at once.', 'Try again in a moment.')
}

interface Wanted {
  readonly at: number
  readonly by: PersonRef
  readonly reason: Kept | null
}

const wantedBy = ({ does }: FreezeWish, { at, by, reason }: Wanted): FreezeEvent =>
  does === 'thaw' ? { type: 'thawed', at, by } : { type: 'frozen', at, by, reason: reason?.digest ?? null }

const changeOf = (deps: Freezing, stored: Stored, event: FreezeEvent, reason: Kept | null) => {
  const state = evolveFreeze(readState('freeze', stored), event)
  const told = deps.auditChannels.map((channel): ViewPart => {
    const place = placeOf('thread', channel)
    const key = noticeKey(`freeze@${state.v}`, placeId(place))
    return viewPart(key, beginNotice(key, place, drawFreeze(event, reason?.text ?? ''), event.at), {
      live: true,
    })
  })
  const texts = reason === null ? [] : [{ record: FREEZE_KEY, ...reason }]
  return { ...changeOne(deps.key, { stored, event, state, told }), texts }
}
