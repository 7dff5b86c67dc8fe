/** The two rules everything rests on: when access counts as given, and when as gone. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Command, CommandOf } from '../../src/domain/command.ts'
import { decide } from '../../src/domain/lifecycle.ts'
import { ATTEMPT_MS, SWEEP_MS } from '../../src/domain/limits.ts'
import type { Access, RequestId, Seat, Traits } from '../../src/domain/model.ts'
import { isRefusal } from '../../src/domain/refusal.ts'
import { phaseOf } from '../../src/domain/request.ts'
import { evolveSeat, planSeat, type SeatEvent } from '../../src/domain/seat.ts'
import { apply, type Happening, type World } from '../../src/domain/world.ts'
import { access, ana, cleared, HOUR, inPhase, run, T0 } from './world.ts'

type Answer = CommandOf<'answer'>
const outcome = (n: number, how: 'ok' | 'refused' | 'unknown'): NonNullable<Answer['attempt']> => ({
  n,
  outcome: how,
})
const look = (ours: NonNullable<Answer['look']>['ours'], since: number): NonNullable<Answer['look']> => ({
  ours,
  others: 'absent',
  since,
})
const promising = (traits: Partial<Traits>): Access => ({
  ...access,
  traits: { ...access.traits, ...traits },
})

const granting = (over: Parameters<typeof inPhase>[1] = {}): World =>
  run(inPhase('provisioning', over), { do: 'attempt', does: 'grant' })
const revoking = (over: Parameters<typeof inPhase>[1] = {}): World =>
  run(inPhase('ending', over), { do: 'attempt', does: 'revoke' })
const say = (
  world: World,
  answer: Omit<Answer, 'do' | 'basedOn'>,
  basedOn = world.seat?.v ?? 0,
  now = world.now,
) => run({ ...world, now }, { do: 'answer', basedOn, ...answer })

describe('a grant becomes active', () => {
  const sent = granting()
  it.each<[string, Omit<Answer, 'do' | 'basedOn'>, number, string]>([
    ['when its access is seen', { attempt: outcome(1, 'ok'), look: look('present', T0) }, 0, 'active'],
    [
      'also when the answer was lost, and it is seen',
      { attempt: outcome(1, 'unknown'), look: look('present', T0) },
      0,
      'active',
    ],
    ['not by the word of the target', { attempt: outcome(1, 'ok') }, 0, 'provisioning'],
    [
      'not by a look that sees nothing',
      { attempt: outcome(1, 'ok'), look: look('unknown', T0) },
      0,
      'provisioning',
    ],
    [
      'not by a look that sees it coming',
      { attempt: outcome(1, 'ok'), look: look('pending', T0) },
      0,
      'provisioning',
    ],
    ['not by an empty look', { attempt: outcome(1, 'ok'), look: look('absent', T0) }, 0, 'provisioning'],
    [
      'not by a look that something overtook',
      { attempt: outcome(1, 'ok'), look: look('present', T0) },
      -1,
      'provisioning',
    ],
  ])('%s', (_, answer, behind, phase) => {
    expect(phaseOf(say(sent, answer, (sent.seat?.v ?? 0) + behind).request)).toBe(phase)
  })

  it('by its word where a target cannot be read back', () => {
    const blind = granting({ access: promising({ readsBack: false }) })
    expect(phaseOf(say(blind, { attempt: outcome(1, 'ok') }).request)).toBe('active')
    expect(phaseOf(say(blind, { attempt: outcome(1, 'unknown') }).request)).toBe('provisioning')
  })
})

describe('a grant ends', () => {
  const sent = revoking()
  const n = sent.seat?.attempts.at(-1)?.n ?? 0
  it.each<[string, Omit<Answer, 'do' | 'basedOn'>, number, string]>([
    [
      'when its access is seen to be gone',
      { attempt: outcome(n, 'ok'), look: look('absent', T0) },
      0,
      'ended',
    ],
    [
      'also when the answer was lost, and it is gone',
      { attempt: outcome(n, 'unknown'), look: look('absent', T0) },
      0,
      'ended',
    ],
    ['not by the word of the target', { attempt: outcome(n, 'ok') }, 0, 'ending'],
    [
      'not by a look that sees nothing',
      { attempt: outcome(n, 'ok'), look: look('unknown', T0) },
      0,
      'ending',
    ],
    ['not while it is still seen', { attempt: outcome(n, 'ok'), look: look('present', T0) }, 0, 'ending'],
    [
      'not by a look that something overtook',
      { attempt: outcome(n, 'ok'), look: look('absent', T0) },
      -1,
      'ending',
    ],
  ])('%s', (_, answer, behind, phase) => {
    expect(phaseOf(say(sent, answer, (sent.seat?.v ?? 0) + behind).request)).toBe(phase)
  })

  it('not while a grant that nobody answered could land: judged when the look began, not when it is told', () => {
    const open = granting()
    const given = run(open, { do: 'give back', by: ana }, T0 + 10)
    const taken = run(given, { do: 'attempt', does: 'revoke' })
    const fence = taken.seat?.attempts.find((one) => one.does === 'grant')?.notAfter ?? 0
    expect(fence).toBe(T0 + ATTEMPT_MS)
    const answer = (since: number) => ({ attempt: outcome(2, 'ok'), look: look('absent', since) })
    expect(phaseOf(say(taken, answer(fence - 1), taken.seat?.v, fence + 5_000).request)).toBe('ending')
    expect(phaseOf(say(taken, answer(fence), taken.seat?.v, fence + 5_000).request)).toBe('ended')
  })

  it('and is looked at every few seconds until no grant can land any more, and then at once', () => {
    const given = run(granting(), { do: 'give back', by: ana }, T0 + 10)
    const fence = T0 + ATTEMPT_MS
    let world = run(given, { do: 'attempt', does: 'revoke' })
    let attempt: Answer['attempt'] = outcome(2, 'ok')
    const looks: number[] = []
    while (phaseOf(world.request) === 'ending') {
      world = say(world, { ...(attempt && { attempt }), look: look('absent', world.now) })
      attempt = undefined
      const plan = world.seat && planSeat(world.seat)
      if (plan === null || plan === undefined) break
      expect(plan.does).toBe('look')
      looks.push(plan.at)
      world = { ...world, now: plan.at }
    }
    expect(looks.at(-1)).toBe(fence)
    const gaps = looks.map((at, i) => at - (looks[i - 1] ?? T0 + 10))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(SWEEP_MS)
    expect(phaseOf(world.request)).toBe('ended')
  })

  it('as reported where a target cannot be read back', () => {
    const blind = revoking({ access: promising({ readsBack: false }) })
    const at = blind.seat?.attempts.at(-1)?.n ?? 0
    expect(say(blind, { attempt: outcome(at, 'ok') }).request?.grant?.ended?.how).toBe('reported gone')
  })

  it('and is looked at once more where calls may land late', () => {
    const late = revoking({ access: promising({ checksDeadline: false, settlesInMs: 5_000 }) })
    const at = late.seat?.attempts.at(-1)?.n ?? 0
    const ended = say(late, { attempt: outcome(at, 'ok'), look: look('absent', T0) })
    expect(phaseOf(ended.request)).toBe('ended')
    const again = ended.seat?.lookAgainAt ?? 0
    expect(again).toBe(T0 + ATTEMPT_MS + 5_000)
    const back = say(ended, { look: look('present', again) }, ended.seat?.v, again)
    expect(back.seat?.strayed).toBe(true)
    expect([...back.peers.values()][0]?.grant?.cameBackAt).toBe(again)
  })
})

describe('two grants of one seat', () => {
  const other = 'R-BBBBBB' as RequestId
  const first = inPhase('active')
  const asked = inPhase('approved', { id: other, wish: { kind: 'for', ms: 3 * HOUR } })
  const both = run(
    { ...asked, seat: first.seat, peers: first.peers, owner: first.owner },
    {
      do: 'clear',
      clearance: cleared,
    },
  )
  const endsAt = both.peers.get(other)?.grant?.endsAt

  it('the first to end leaves the access, and says until when and for which', () => {
    const ended = run({ ...both, request: first.request }, { do: 'give back', by: ana })
    expect(ended.request?.grant?.ended).toMatchObject({ how: 'kept', keptFor: other, until: endsAt })
    expect([ended.seat?.holders.map(({ request }) => request), ended.seat?.leaving]).toEqual([[other], []])
  })

  it('the last to end takes it', () => {
    const ended = run({ ...both, request: first.request }, { do: 'give back', by: ana })
    const last = run({ ...ended, request: ended.peers.get(other) ?? null }, { do: 'give back', by: ana })
    expect([phaseOf(last.request), last.seat?.leaving]).toEqual(['ending', [other]])
  })
})

describe('what a seat is called', () => {
  const renamed = { ...access, target: 'orders' } as Access
  const clear = (before: World, id: string): World => {
    const asked = inPhase('approved', { id: id as RequestId, access: renamed })
    const { seat, owner, peers } = before
    return run(
      { ...asked, seat, owner, peers },
      { do: 'clear', clearance: { result: 'ok', access: renamed } },
    )
  }

  it('is what the target is called now, once nobody holds it by the old name', () => {
    const gone = say(revoking(), { attempt: outcome(1, 'ok'), look: look('absent', T0) })
    const { seat, request } = clear(gone, 'R-CCCCCC')
    expect([seat?.access.target, request?.access.target]).toEqual(['orders', 'orders'])
  })

  it.each<[string, SeatEvent]>([
    ['when it is found again', { type: 'looked', at: T0, ...look('present', T0), access: renamed }],
    ['when an operator has it taken away', { type: 'disowned', at: T0, access: renamed, by: ana }],
  ])('%s, too: it is taken away where somebody hears of it', (_, event) => {
    const { seat } = say(revoking(), { attempt: outcome(1, 'ok'), look: look('absent', T0) })
    expect(evolveSeat(seat, event)).toMatchObject({ access: { target: 'orders' }, strayed: true })
  })

  it('is what it was for as long as somebody holds it', () => {
    expect(clear(inPhase('active'), 'R-CCCCCC').seat?.access.target).toBe('orders-db')
  })
})

/** Whatever comes, in whatever order. */
const commands = fc.oneof<fc.Arbitrary<Command>[]>(
  fc.constant<Command>({ do: 'attempt', does: 'grant' }),
  fc.constant<Command>({ do: 'attempt', does: 'revoke' }),
  fc.constant<Command>({ do: 'tick' }),
  fc.constant<Command>({ do: 'give back', by: ana }),
  fc.constant<Command>({ do: 'clear', clearance: cleared }),
  fc
    .record({
      behind: fc.constantFrom(0, 0, 0, 1, 2),
      n: fc.integer({ min: 1, max: 4 }),
      how: fc.constantFrom('ok' as const, 'refused' as const, 'unknown' as const),
      ours: fc.constantFrom('present' as const, 'absent' as const, 'pending' as const, 'unknown' as const),
      looks: fc.boolean(),
    })
    .map(
      ({ behind, n, how, ours, looks }): Command => ({
        do: 'answer',
        basedOn: -behind,
        attempt: outcome(n, how),
        ...(looks ? { look: look(ours, 0) } : {}),
      }),
    ),
)

/** An answer is about the seat as it is now, or as it was some versions ago. */
const atNow = (command: Command, { seat, now }: World): Command =>
  command.do === 'answer'
    ? {
        ...command,
        basedOn: (seat?.v ?? 0) + command.basedOn,
        ...(command.look ? { look: { ...command.look, since: now } } : {}),
      }
    : command

/** Decides and folds as a commit does; the request is also a peer of its seat. */
const step = (world: World, command: Command): { after: World; happened: readonly Happening[] } => {
  const decision = decide(world, atNow(command, world))
  const happened = isRefusal(decision) ? [] : decision
  const { request, ...after } = happened.reduce(apply, world)
  if (request === null) return { after: { ...after, request }, happened }
  const now = after.peers.get(request.id) ?? request
  return { after: { ...after, request: now, peers: new Map([[now.id, now]]) }, happened }
}

it('nothing is active unseen or ends unseen or twice, versions count every event, and events fold to the state', () => {
  const steps = fc.array(fc.tuple(commands, fc.integer({ min: 0, max: 40_000 })), { maxLength: 40 })
  const seen: string[] = []
  fc.assert(
    fc.property(steps, (story) => {
      let world = inPhase('approved')
      const all: Happening[] = []
      for (const [command, ms] of story) {
        const { after, happened } = step({ ...world, now: world.now + ms }, command)
        world = after
        all.push(...happened)
        const types = happened.map(({ event }) => event.type)
        if (types.includes('confirmed')) expect(world.seat?.seen?.ours).toBe('present')
        if (types.includes('ended')) expect(world.seat?.seen?.ours).toBe('absent')
      }
      const types = all.map(({ event }) => event.type)
      expect(types.filter((type) => type === 'ended').length).toBeLessThanOrEqual(1)
      seen.push(...types)
      const ofSeat = all.flatMap((one) => (one.on === 'seat' ? [one.event] : []))
      expect(ofSeat.reduce<Seat | null>(evolveSeat, null)).toEqual(world.seat)
      expect(world.seat?.v ?? 0).toBe(ofSeat.length)
    }),
    { numRuns: 1_000, seed: 42 },
  )
  expect(seen).toEqual(expect.arrayContaining(['confirmed', 'ended', 'voided']))
})
