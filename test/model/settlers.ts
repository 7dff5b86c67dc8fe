/**
 * What a settler may do next, as service/settle.ts does it: record the attempt, call, look, bring both back. It may
 * stop for ever at any point, and pause for any time.
 */
import type { Bounds, Domain, Errand, Flying, Settler, State, Step } from './system.ts'
import { commit, IDLE, traitsOf } from './system.ts'


/** The next steps of one of the two settlers. */
export const settle = (domain: Domain, state: State, i: 0 | 1, bounds: Bounds): Step[] => {
  const settler = state.settlers[i]
  const become = (to: Settler, over: Partial<State> = {}): State => ({
    ...state,
    ...over,
    settlers: i === 0 ? [to, state.settlers[1]] : [state.settlers[0], to],
  })
  const crash: Step[] =
    settler.is === 'idle' || state.crashes >= bounds.crashes
      ? []
      : [quietly('crashes', 'mishap', become(IDLE, { crashes: state.crashes + 1 }))]
  const clumsy = state.faults < bounds.faults
  return [...crash, ...goOn(domain, state, settler, become, clumsy)].map((step) => ({
    ...step,
    label: `settler ${i}: ${step.label}`,
  }))
}

type Become = (to: Settler, over?: Partial<State>) => State

const quietly = (label: string, kind: Step['kind'], next: State): Step => ({ label, kind, next, happened: [] })

const goOn = (domain: Domain, state: State, settler: Settler, become: Become, clumsy: boolean): Step[] => {
  switch (settler.is) {
    case 'idle':
      return begin(domain, state, become, clumsy)
    case 'waiting':
      return clumsy ? goWrong(state, settler, become) : []
    case 'answered':
      return settler.outcome === 'ok' && traitsOf(state).readsBack
        ? look(state, settler, become, clumsy)
        : report(domain, settler, become)
    case 'looked':
      return report(domain, settler, become)
    default:
      return settler satisfies never
  }
}

const begin = (domain: Domain, state: State, become: Become, clumsy: boolean): Step[] => {
  const { seat, now } = state.world
  const plan = seat === null ? null : domain.planSeat(seat)
  if (seat === null || plan === null || plan.at > now) return []
  if (plan.does === 'look') return look(state, { v: seat.v, since: now }, become, clumsy)
  const done = commit(domain, state, { do: 'attempt', does: plan.does })
  const made = done?.next.world.seat?.attempts.at(-1)
  if (done === null || made === undefined) return []
  const { checksDeadline, settlesInMs } = traitsOf(state)
  const call: Flying = {
    does: made.does,
    n: made.n,
    landsBefore: made.notAfter + (checksDeadline ? 0 : settlesInMs),
  }
  const waiting: Settler = { is: 'waiting', n: made.n, v: done.next.world.seat?.v ?? 0, since: now }
  const next = become(waiting, { world: done.next.world, flying: [...state.flying, call] })
  return [{ label: `sends ${made.does} #${made.n}`, kind: 'work', next, happened: done.happened }]
}

/** Nothing is heard of the call, which goes on; or it is refused, and never lands. */
const goWrong = (state: State, settler: Errand, become: Become): Step[] => {
  const faults = state.faults + 1
  const flying = state.flying.filter((call) => call.n !== settler.n)
  return [
    quietly('hears nothing', 'mishap', become({ ...settler, is: 'answered', outcome: 'unknown' }, { faults })),
    quietly('is refused', 'mishap', become({ ...settler, is: 'answered', outcome: 'refused' }, { faults, flying })),
  ]
}

const look = (state: State, errand: Errand, become: Become, clumsy: boolean): Step[] => {
  const { v, since, n } = errand
  const own = { v, since, ...(n === undefined ? {} : { n }) }
  const seen = state.present ? 'present' : 'absent'
  if (!traitsOf(state).readsBack) return [quietly('cannot look', 'work', become({ ...own, is: 'looked', ours: 'unknown' }))]
  const sees = quietly('looks', 'work', become({ ...own, is: 'looked', ours: seen }))
  if (!clumsy) return [sees]
  const blind = become({ ...own, is: 'looked', ours: 'unknown' }, { faults: state.faults + 1 })
  return [sees, quietly('looks and sees nothing', 'mishap', blind)]
}

const report = (domain: Domain, settler: Exclude<Settler, { is: 'idle' | 'waiting' }>, become: Become): Step[] => {
  const { n, v, since } = settler
  const outcome = settler.is === 'answered' ? settler.outcome : 'ok'
  const done = commit(domain, become(IDLE), {
    do: 'answer',
    basedOn: v,
    ...(n === undefined ? {} : { attempt: { n, outcome } }),
    ...(settler.is === 'looked' ? { look: { ours: settler.ours, others: 'absent', since } } : {}),
  })
  const says = settler.is === 'looked' ? `says ${settler.ours}` : `says ${outcome}`
  return [{ label: says, kind: 'work', ...(done ?? { next: become(IDLE), happened: [] }) }]
}
