/**
 * What must hold in every state, what must hold at every step, and what "over" means. Says in words what is broken;
 * the rules about what was overtaken also keep `key.ts` honest.
 */
import type { Request, Seat } from '../../src/domain/model.ts'
import { type Domain, requestsOf, type State, type Step, traitsOf } from './system.ts'

/** A rule answers whether it is broken. */
type StateRule = (domain: Domain, state: State) => boolean
type StepRule = (domain: Domain, before: State, step: Step) => boolean
type Phase = ReturnType<Domain['phaseOf']>

const within = (domain: Domain, state: State, ...phases: Phase[]): readonly Request[] =>
  requestsOf(state).filter((request) => phases.includes(domain.phaseOf(request)))

const idsOf = (requests: readonly Request[]): string[] => requests.map((request) => request.id)

const differ = (some: readonly string[], others: readonly string[]): boolean =>
  [...some].sort().join() !== [...others].sort().join()

const grantMayLand = ({ flying }: State): boolean => flying.some((call) => call.does === 'grant')

const isFresh = (seat: Seat): boolean => seat.seen?.v === seat.v

const lastDid = (seat: Seat): string | undefined => [...seat.attempts].sort((a, b) => a.n - b.n).at(-1)?.does

const inState: Record<string, StateRule> = {
  'a grant that is provisioned or active does not hold its seat, or another one does': (domain, state) => {
    const holders = (state.world.seat?.holders ?? []).map((holder) => holder.request)
    return differ(holders, idsOf(within(domain, state, 'provisioning', 'active')))
  },
  'a grant is ending and does not wait for its seat, or waits and is over': (domain, state) => {
    return differ(state.world.seat?.leaving ?? [], idsOf(within(domain, state, 'ending')))
  },
  'active without the second check': (domain, state) =>
    within(domain, state, 'active').some((request) => request.grant?.cleared !== true),
  // Where calls land late, a late revoke can take what is active: bad luck for its holder, who can ask again.
  'active without access': (domain, state) =>
    traitsOf(state).checksDeadline && !state.present && within(domain, state, 'active').length > 0,
  'access without a grant, and nothing is owed': (domain, state) =>
    isForgotten(domain, state) && state.present,
  'a grant may land, and nothing is owed': (domain, state) =>
    isForgotten(domain, state) && grantMayLand(state),
  'an end does not begin with a revoke, at once': ({ planSeat }, { world }) => {
    const { seat, now } = world
    if (!seat || seat.leaving.length === 0 || isFresh(seat) || lastDid(seat) !== 'grant') return false
    const plan = planSeat(seat)
    return plan?.does !== 'revoke' || plan.at > now
  },
  'what is next depends on a look that something overtook': ({ planSeat }, { world }) => {
    const { seat } = world
    if (seat?.seen === undefined || isFresh(seat)) return false
    const { seen: _, ...unseen } = seat
    const [plan, other] = [planSeat(seat), planSeat(unseen)]
    return plan?.does !== other?.does || plan?.at !== other?.at
  },
}

const isForgotten = ({ planSeat }: Domain, { world: { seat } }: State): boolean =>
  seat !== null && seat.holders.length === 0 && planSeat(seat) === null

const atStep: Record<string, StepRule> = {
  'a look counted that something had overtaken': (_, before, { happened, basedOn }) =>
    happened.some((one) => one.on === 'seat' && one.event.type === 'looked') &&
    basedOn !== before.world.seat?.v,
  'a grant was sent that may land after its holders were given up': (_, { world }, { happened }) => {
    const latest = Math.max(0, ...(world.seat?.holders ?? []).map((holder) => holder.giveUpAt))
    return happened.some(
      ({ event }) => event.type === 'attempted' && event.does === 'grant' && event.notAfter > latest,
    )
  },
  'confirmed after it was given up': (_, { world }, { happened }) =>
    happened.some((one) => {
      const grant = one.on === 'request' ? world.peers.get(one.id)?.grant : undefined
      return one.event.type === 'confirmed' && world.now >= (grant?.giveUpAt ?? 0)
    }),
  'ended twice': (domain, before, step) => {
    const ended = endedIn(step).map((one) => one.id as string)
    const over = idsOf(within(domain, before, 'ended', 'void'))
    return new Set(ended).size < ended.length || ended.some((id) => over.includes(id))
  },
  'said to be kept for nobody': (_, __, step) => {
    const holders = step.next.world.seat?.holders.map((holder) => holder.request) ?? []
    return endedIn(step).some(
      ({ event }) => event.how === 'kept' && !holders.some((id) => id === event.keptFor),
    )
  },
  'ended without an empty look': (_, __, step) => {
    const seat = step.next.world.seat
    return isSaidGone(step) && (seat?.seen?.ours !== 'absent' || seat.holders.length > 0)
  },
  'ended while there was access, or could be again': (_, before, step) =>
    traitsOf(before).checksDeadline && isSaidGone(step) && (step.next.present || grantMayLand(step.next)),
  'stray access was found and nobody was told': (_, before, { next, happened }) => {
    const { seat } = next.world
    const was = before.world.seat
    const found = happened.some(
      (one) => one.on === 'seat' && one.event.type === 'looked' && one.event.ours === 'present',
    )
    if (!seat || !was || !found || was.strayed || was.holders.length + was.leaving.length > 0) return false
    return !happened.some((one) => one.on === 'request' && one.event.type === 'came back')
  },
}

const endedIn = ({ happened }: Step) =>
  happened.flatMap((one) =>
    one.on === 'request' && one.event.type === 'ended' ? [{ id: one.id, event: one.event }] : [],
  )

const isSaidGone = (step: Step): boolean => endedIn(step).some(({ event }) => event.how !== 'kept')

/** The first rule that is broken in this state. */
export const brokenIn = (domain: Domain, state: State): string | undefined =>
  Object.entries(inState).find(([, isBroken]) => isBroken(domain, state))?.[0]

/** The first rule that this step breaks. */
export const brokenAt = (domain: Domain, before: State, step: Step): string | undefined =>
  step.happened.length === 0
    ? undefined
    : Object.entries(atStep).find(([, isBroken]) => isBroken(domain, before, step))?.[0]

/** All is told, there is no access, none can come, and nothing is owed. */
export const isOver = (domain: Domain, state: State): boolean => {
  const { seat } = state.world
  const closed = within(domain, state, 'ended', 'void').length === requestsOf(state).length
  const owed = seat !== null && domain.planSeat(seat) !== null
  return closed && !owed && !state.present && !grantMayLand(state)
}
