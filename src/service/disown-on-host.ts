/**
 * An operator on the host has an orphan taken away: its seat is recorded as owed a revoke, with a notice for the audit
 * channels, and a running bot takes it away as it takes everything.
 */
import { drawDisowned } from '../domain/cards/orphans-card.ts'
import { type Access, noticeKey, type PersonRef, placeId, placeOf, seatRecordKey } from '../domain/model.ts'
import { beginNotice } from '../domain/notice.ts'
import type { Found } from '../domain/survey.ts'
import type { Deps } from './deps.ts'
import { loadSeat } from './load.ts'
import { type ViewPart, viewPart } from './save-view.ts'
import { type Committing, type Transacted, transact } from './transact.ts'

type Disowning = Committing & Pick<Deps['rules'], 'auditChannels'>

/** Refuses what a grant holds by now. Rejects with a fault when Redis does not answer. */
export const disownOnHost = (
  deps: Disowning,
  by: PersonRef,
  orphan: Found,
  access: Access,
): Promise<Transacted> =>
  transact(deps, {
    load: () => loadSeat(deps.journal, access.seat),
    choose: () => ({ do: 'disown', by, access }),
    beside: ({ seat, now }) => {
      const card = drawDisowned(access.target, by, orphan)
      const views = deps.auditChannels.map((channel): ViewPart => {
        const place = placeOf('thread', channel)
        const key = noticeKey(`${seatRecordKey(access.seat)}@${seat?.v}`, placeId(place))
        return viewPart(key, beginNotice(key, place, card, now), { live: true })
      })
      return {
        also: {
          reads: views.flatMap((view) => view.reads),
          writes: views.flatMap((view) => view.writes),
          due: views.flatMap((view) => view.due),
          live: views.flatMap((view) => view.live),
        },
      }
    },
  })
