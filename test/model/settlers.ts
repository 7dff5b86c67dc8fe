/**
 * What a settler may do next, as service/settle.ts does it: record an attempt, call, look, bring both back. Between
 * any two steps it may pause for any time, or stop for ever.
 */
import {
  type Bounds,
  commit,
  type Domain,
  type Errand,
  type Flying,
  IDLE,
  quietly,
  type Settler,
  type State,
  type Step,
  traitsOf,
} from './system.ts'

/** One settler's view of the world: who it is, and how the world goes on when it becomes another. */
interface Turn {
  readonly domain: Domain
  readonly state: State
  readonly become: (to: Settler, over?: Partial<State>) => State
  /** One more call or look may go wrong. */
  readonly mayFail: boolean
}

/** The next steps of one of the two settlers. */
export const settle = (domain: Domain, state: State, i: 0 | 1, bounds: Bounds): Step[] => {
  const settler = state.settlers[i]
  const become: Turn['become'] = (to, over) => ({
    ...state,
    ...over,
    settlers: i === 0 ? [to, state.settlers[1]] : [state.settlers[0], to],
  })
  const turn = { domain, state, become, mayFail: state.faults < bounds.faults }
  const mayCrash = settler.is !== 'idle' && !isVoid(settler, state) && state.crashes < bounds.crashes
  const crash = quietly('crashes', 'mishap', become(IDLE, { crashes: state.crashes + 1 }))
  const steps = [...(mayCrash ? [crash] : []), ...goOn(turn, settler)]
  return steps.map((step) => ({ ...step, label: `settler ${i + 1} ${step.label}` }))
}

const isVoid = (settler: Settler, { world }: State): boolean =>
  settler.is === 'looked' && settler.n === undefined && settler.v !== world.seat?.v

const goOn = (turn: Turn, settler: Settler): Step[] => {
  switch (settler.is) {
    case 'idle':
      return begin(turn)
    case 'waiting':
      return turn.mayFail ? goWrong(turn, settler) : []
    case 'answered':
      return settler.outcome === 'ok' && traitsOf(turn.state).readsBack
        ? lookAfter(turn, settler)
        : [report(turn, settler)]
    case 'looked':
      // A mere look that was overtaken is worth nothing: whoever holds it may as well begin anew.
      return isVoid(settler, turn.state) ? [report(turn, settler), ...begin(turn)] : [report(turn, settler)]
    default:
      return settler satisfies never
  }
}

/** Looks when that is what is planned; of an attempt `decide` alone says whether it is due. */
const begin = (turn: Turn): Step[] => {
  const { seat, now } = turn.state.world
  if (seat === null) return []
  const plan = turn.domain.planSeat(seat)
  const looks = plan?.does === 'look' && plan.at <= now ? look(turn, { v: seat.v, since: now }) : []
  return [...looks, ...attempt(turn, 'grant'), ...attempt(turn, 'revoke')]
}

const attempt = (turn: Turn, does: Flying['does']): Step[] => {
  const done = commit(turn.domain, turn.state, { do: 'attempt', does })
  const sent = done?.next.world.seat
  const made = sent?.attempts.at(-1)
  if (!done || !sent || !made) return []
  const { checksDeadline, settlesInMs } = traitsOf(turn.state)
  const { n, sentAt, notAfter } = made
  const call: Flying = { does, n, landsBefore: notAfter + (checksDeadline ? 0 : settlesInMs) }
  const next = turn.become(
    { is: 'waiting', n, v: sent.v, since: sentAt },
    { world: done.next.world, flying: [...turn.state.flying, call] },
  )
  return [{ label: `sends ${does} #${n}`, kind: 'work', next, happened: done.happened }]
}

/** Nothing is heard of the call, which goes on; or it is refused, and never lands. */
const goWrong = ({ state, become }: Turn, errand: Errand): Step[] => {
  const faults = state.faults + 1
  const flying = state.flying.filter((call) => call.n !== errand.n)
  const unheard = become({ ...errand, is: 'answered', outcome: 'unknown' }, { faults })
  const refused = become({ ...errand, is: 'answered', outcome: 'refused' }, { faults, flying })
  return [quietly('hears nothing', 'mishap', unheard), quietly('is refused', 'mishap', refused)]
}

const seenIn = ({ present }: State): 'present' | 'absent' => (present ? 'present' : 'absent')

const look = ({ state, become, mayFail }: Turn, { v, since, n }: Errand): Step[] => {
  const errand: Errand = { v, since, ...(n === undefined ? {} : { n }) }
  const sees = (ours: 'present' | 'absent' | 'unknown', over?: Partial<State>) =>
    become({ ...errand, is: 'looked', ours }, over)
  if (!traitsOf(state).readsBack) return [quietly('cannot look', 'work', sees('unknown'))]
  const looks = quietly('looks', 'work', sees(seenIn(state)))
  const blind = quietly('looks in vain', 'mishap', sees('unknown', { faults: state.faults + 1 }))
  return mayFail ? [looks, blind] : [looks]
}

/** Once the seat has moved on it does not matter when a look happens, or how it goes: then it is one step with its report. */
const lookAfter = (turn: Turn, errand: Errand): Step[] => {
  const isOvertaken = errand.v !== turn.state.world.seat?.v
  if (!isOvertaken) return look(turn, errand)
  return [report(turn, { ...errand, is: 'looked', ours: seenIn(turn.state) })]
}

const report = ({ domain, become }: Turn, settler: Exclude<Settler, { is: 'idle' | 'waiting' }>): Step => {
  const { n, v, since } = settler
  const outcome = settler.is === 'answered' ? settler.outcome : 'ok'
  const done = commit(domain, become(IDLE), {
    do: 'answer',
    basedOn: v,
    ...(n === undefined ? {} : { attempt: { n, outcome } }),
    ...(settler.is === 'looked' ? { look: { ours: settler.ours, others: 'absent', since } } : {}),
  })
  const label = `says ${settler.is === 'looked' ? settler.ours : outcome}`
  if (done === null) return quietly(label, 'work', become(IDLE))
  return { label, kind: 'work', basedOn: v, ...done }
}
