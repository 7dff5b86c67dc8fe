/** Guards of src/domain, each with the patch that takes it out and the rule that has to notice. Read by the model test. */
import type { Patch } from '../fixtures/patch-source.ts'

export interface PlantedFault extends Patch {
  /** The rule of invariants.ts that the shortest story breaks. */
  readonly breaks: string
  /** Only a target that lets calls land late can show it. */
  readonly late?: true
  /** Only a call that goes wrong can show it. */
  readonly goesWrong?: true
}

const plant = (file: string, find: string, replace: string, breaks: string): PlantedFault => ({
  file,
  find,
  replace,
  breaks,
})

const TOO_EARLY = 'ended while there was access, or could be again'
const UNSEEN = 'ended without an empty look'

export const PLANTED_FAULTS: Readonly<Record<string, PlantedFault>> = {
  'an open grant no longer keeps a grant from ending': plant(
    'seat.ts',
    "couldLand(seat, 'grant') === null",
    'true',
    TOO_EARLY,
  ),
  'an open revoke no longer keeps a grant from becoming active': plant(
    'seat.ts',
    "couldLand(seat, 'revoke') === null",
    'true',
    'active without access',
  ),
  'what is open is judged at the commit, not when the look began': plant(
    'seat.ts',
    'openUntil(seat, does, seat.seen?.since ?? 0)',
    'openUntil(seat, does, seat.seen?.at ?? 0)',
    TOO_EARLY,
  ),
  'a call with an unknown outcome counts as closed': {
    ...plant(
      'seat.ts',
      "attempt.outcome === undefined || attempt.outcome === 'unknown'",
      'attempt.outcome === undefined',
      TOO_EARLY,
    ),
    goesWrong: true,
  },
  'only the last attempt of a kind is kept': plant(
    'seat.ts',
    'isOpen(a, now) || a.n === lastOf(a.does)',
    'a.n === lastOf(a.does)',
    TOO_EARLY,
  ),
  'a look need not be fresh': plant(
    'seat.ts',
    'seat.seen?.v === seat.v',
    'seat.seen !== undefined',
    'what is next depends on a look that something overtook',
  ),
  'a look counts that something overtook': plant(
    'settle-seat.ts',
    'seat.v !== command.basedOn',
    'false',
    'a look counted that something had overtaken',
  ),
  'an end does not wait for a look': plant(
    'seat.ts',
    "if (event.outcome === 'ok' || !isOwed(seat, event.n)) return rest",
    "if (event.outcome === 'ok') return { ...rest, leaving: [] }",
    UNSEEN,
  ),
  'a look that saw nothing counts as empty': {
    ...plant('seat.ts', "seat.seen?.ours === 'absent' &&", "seat.seen?.ours !== 'present' &&", UNSEEN),
    goesWrong: true,
  },
  'whoever lets go of a seat takes the others with them': plant(
    'seat.ts',
    '(holder) => holder.request !== event.request)',
    '() => false)',
    'a grant that is provisioned or active does not hold its seat, or another one does',
  ),
  'access is said to be kept when nobody else holds it': plant(
    'end-grant.ts',
    'stays.length === 0 ? begun',
    'stays.length < 0 ? begun',
    'said to be kept for nobody',
  ),
  'a new holder does not end those who leave': plant(
    'by-system.ts',
    'world.seat?.leaving ?? []',
    '[]',
    'a grant is ending and does not wait for its seat, or waits and is over',
  ),
  'a revoke waits for a grant under way': plant(
    'seat.ts',
    'last?.does === does',
    'last !== undefined',
    'an end does not begin with a revoke, at once',
  ),
  'a grant nobody needs any more keeps an end waiting': {
    ...plant('seat.ts', '!isOwed(seat, event.n)', 'false', 'an end does not begin with a revoke, at once'),
    goesWrong: true,
  },
  'a refused revoke is not sent again': plant(
    'seat.ts',
    "asked && !present ? 'look'",
    "last?.does === 'revoke' ? 'look'",
    'no amount of work leads to the end',
  ),
  'an attempt is made that the seat does not need': plant(
    'settle-seat.ts',
    'plan?.does !== does || plan.at > now',
    'false',
    'active without access',
  ),
  'a grant may land after its holders were given up': plant(
    'seat.ts',
    'Math.min(now + ATTEMPT_MS, Math.max(...waiting, 0))',
    'now + ATTEMPT_MS',
    'a grant was sent that may land after its holders were given up',
  ),
  'a grant is confirmed that was given up': plant(
    'seat.ts',
    'holder.giveUpAt > at ?',
    'holder.giveUpAt > 0 ?',
    'confirmed after it was given up',
  ),
  'a seat is not looked at once more': {
    ...plant(
      'seat.ts',
      'lastAt > (seat.seen?.since ?? 0) ? { ...settled, lookAgainAt: Math.max(lastAt, at) } : settled',
      'settled',
      'a grant may land, and nothing is owed',
    ),
    late: true,
  },
  'the look once more is judged at the commit': {
    ...plant(
      'seat.ts',
      'lastAt > (seat.seen?.since ?? 0)',
      'lastAt > at',
      'access without a grant, and nothing is owed',
    ),
    late: true,
  },
  'access that came back is taken away in silence': {
    ...plant(
      'seat.ts',
      "seen.leaving.length === 0 && event.ours === 'present'",
      'false',
      'stray access was found and nobody was told',
    ),
    late: true,
  },
}
