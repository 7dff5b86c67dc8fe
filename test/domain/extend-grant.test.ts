/** Extensions: who may ask, who decides, how often, and that nothing but the end moves. */
import { describe, expect, it } from 'vitest'
import type { CommandOf } from '../../src/domain/command.ts'
import { warnAtOf } from '../../src/domain/grant.ts'
import { decide } from '../../src/domain/lifecycle.ts'
import type { Request } from '../../src/domain/model.ts'
import { planOf } from '../../src/domain/owed.ts'
import { phaseOf } from '../../src/domain/request.ts'
import type { World } from '../../src/domain/world.ts'
import {
  ana,
  approver,
  bob,
  cleared,
  cy,
  events,
  extend,
  HOUR,
  inPhase,
  MINUTE,
  nobody,
  olga,
  run,
  T0,
} from './world.ts'

const ENDS = T0 + 2 * HOUR
const active = () => inPhase('active')
const asked = (over: Partial<CommandOf<'extend'>> = {}): World => run(active(), extend(over))
const approve = (
  by = bob,
  over: Partial<CommandOf<'approve extension'>> = {},
): CommandOf<'approve extension'> => ({
  do: 'approve extension',
  by,
  standing: approver,
  n: 1,
  stillCount: [],
  quorum: 1,
  objections: [],
  doubts: [],
  ...over,
})
const deny = (by = bob): CommandOf<'deny extension'> => ({
  do: 'deny extension',
  by,
  standing: approver,
  n: 1,
  reason: null,
})
const requestOf = ({ request }: World): Request => {
  if (request === null) throw new Error('no request')
  return request
}
const endOf = (world: World) => requestOf(world).grant?.endsAt

describe('an extension', () => {
  it('that was approved moves the end, and leaves seat and account alone', () => {
    const before = asked()
    expect(endOf(before)).toBe(ENDS)
    const after = run(before, approve())
    expect(endOf(after)).toBe(ENDS + HOUR)
    expect(phaseOf(after.request)).toBe('active')
    expect(after.seat).toEqual(before.seat)
    expect(requestOf(after).extensions).toEqual({ asked: 1, granted: 1 })
    expect(run(after, { do: 'tick' }, ENDS + MINUTE).request?.grant?.state).toBe('active')
    expect(phaseOf(run(after, { do: 'tick' }, ENDS + HOUR).request)).toBe('ending')
  })

  it('waits for its quorum, each approver once', () => {
    const one = run(asked({ terms: { quorum: 2, lapseMs: HOUR, most: 1 } }), approve())
    expect(endOf(one)).toBe(ENDS)
    expect(decide(one, approve())).toMatchObject({ refused: 'already-approved' })
    expect(endOf(run(one, approve(cy, { stillCount: [bob.via] })))).toBe(ENDS + HOUR)
  })

  it('counts earlier approvals only while they still count, and as many as the policy asks for now', () => {
    const one = run(asked({ terms: { quorum: 2, lapseMs: HOUR, most: 1 } }), approve())
    expect(endOf(run(one, approve(cy)))).toBe(ENDS)
    expect(endOf(run(asked(), approve(bob, { quorum: 2 })))).toBe(ENDS)
  })

  it('is granted at once where the policy asks nobody', () => {
    expect(endOf(asked({ terms: { quorum: 0, lapseMs: HOUR, most: 1 } }))).toBe(ENDS + HOUR)
  })

  it('is asked for by the holder alone, and decided by anybody else', () => {
    expect(decide(active(), extend({ by: bob }))).toMatchObject({ refused: 'not-yours' })
    expect(decide(asked(), approve(ana))).toMatchObject({ refused: 'own-request' })
    expect(decide(asked(), approve({ ...bob, email: ana.email as string }))).toMatchObject({
      refused: 'own-request',
    })
    expect(decide(asked(), deny(ana))).toMatchObject({ refused: 'own-request' })
    expect(decide(asked(), approve(olga, { standing: nobody }))).toMatchObject({ refused: 'not-an-approver' })
  })

  it('is refused for every present objection and doubt, at the ask and at the decision', () => {
    expect(decide(active(), extend({ objections: ['Too long.'] }))).toMatchObject({ refused: 'not-allowed' })
    expect(decide(active(), extend({ doubts: ['Redis lost something.'] }))).toMatchObject({
      refused: 'not-giving',
    })
    expect(decide(asked(), approve(bob, { objections: ['Too long.'] }))).toMatchObject({
      refused: 'not-allowed',
    })
    expect(decide(asked(), approve(bob, { doubts: ['x'] }))).toMatchObject({ refused: 'not-giving' })
  })

  it('is given as often as the policy says, and denied ones do not count', () => {
    expect(decide(active(), extend({ terms: { quorum: 1, lapseMs: HOUR, most: 0 } }))).toMatchObject({
      refused: 'not-allowed',
    })
    const denied = run(asked(), deny())
    const again = run(run(denied, extend()), { ...approve(), n: 2 })
    expect(endOf(again)).toBe(ENDS + HOUR)
    expect(decide(again, extend())).toMatchObject({ refused: 'not-allowed' })
    expect(
      endOf(
        run(run(again, extend({ terms: { quorum: 1, lapseMs: HOUR, most: 2 } })), { ...approve(), n: 3 }),
      ),
    ).toBe(ENDS + 2 * HOUR)
  })

  it('one at a time; an old button does not decide on a newer one', () => {
    expect(decide(asked(), extend())).toMatchObject({ refused: 'already-asked' })
    const second = run(run(asked(), deny()), extend({ ms: 5 * HOUR }))
    expect(decide(second, approve())).toMatchObject({ refused: 'already-decided' })
    expect(decide(second, deny())).toMatchObject({ refused: 'already-decided' })
  })

  it('lapses when nobody decides, at the end of the grant at the latest', () => {
    const open = asked({ terms: { quorum: 1, lapseMs: HOUR, most: 1 } })
    expect(planOf(requestOf(open))?.at).toBe(T0 + HOUR)
    const late = { ...open, now: T0 + HOUR }
    expect(decide(late, approve())).toMatchObject({ refused: 'already-over' })
    expect(events(decide(late, { do: 'tick' }))).toEqual(['request: extension lapsed'])
    const longer = asked()
    expect(requestOf(longer).extensions?.open?.lapsesAt).toBe(ENDS)
    const over = run(longer, { do: 'tick' }, ENDS)
    expect(phaseOf(over.request)).toBe('ending')
    expect(requestOf(over).extensions?.open).toBeUndefined()
    expect(decide(over, approve())).toMatchObject({ refused: 'already-ending' })
  })

  it('its holder is told again before the new end', () => {
    const warnedAt = warnAtOf(requestOf(active())) ?? 0
    const warned = run(active(), { do: 'tick' }, warnedAt)
    expect(warnAtOf(requestOf(warned))).toBeUndefined()
    const after = run(run(warned, extend()), approve())
    expect(warnAtOf(requestOf(after))).toBeGreaterThan(ENDS)
  })
})

describe('approving for less', () => {
  const forLess = (atMostMs: number) =>
    ({ do: 'approve', by: bob, standing: approver, objections: [], doubts: [], atMostMs }) as const

  it('makes the grant shorter', () => {
    const world = run(inPhase('pending'), forLess(30 * MINUTE))
    expect(requestOf(world).wish).toEqual({ kind: 'for', ms: 30 * MINUTE })
    expect(endOf(world)).toBe(T0 + 15 * MINUTE + 30 * MINUTE)
  })

  it('never longer', () => {
    expect(decide(inPhase('pending'), forLess(2 * HOUR))).toMatchObject({ refused: 'bad-duration' })
    expect(
      decide(inPhase('pending', { wish: { kind: 'until', at: T0 + HOUR } }), forLess(HOUR)),
    ).toMatchObject({
      refused: 'bad-duration',
    })
  })

  it('of a wish until a moment stays one, so that late provisioning cannot make it longer', () => {
    const world = run(inPhase('pending', { wish: { kind: 'until', at: T0 + HOUR } }), forLess(20 * MINUTE))
    expect(endOf(world)).toBe(T0 + 20 * MINUTE)
  })

  it('is not given after the moment it was shortened to', () => {
    const until = { wish: { kind: 'until', at: T0 + 3 * HOUR }, quorum: 2 } as const
    const first = run(inPhase('pending', until), forLess(30 * MINUTE))
    expect(planOf(requestOf(first))?.at).toBe(T0 + 30 * MINUTE)
    expect(decide({ ...first, now: T0 + HOUR }, { ...forLess(MINUTE), by: cy })).toMatchObject({
      refused: 'already-over',
    })
    const late = run(inPhase('pending', { wish: until.wish }), forLess(MINUTE))
    expect(requestOf(late).grant?.giveUpAt).toBe(T0 + MINUTE)
    expect(events(decide({ ...late, now: T0 + 2 * MINUTE }, { do: 'clear', clearance: cleared }))).toEqual([
      'request: voided',
    ])
  })

  it('with two approvers the shorter one counts', () => {
    const first = run(inPhase('pending', { quorum: 2 }), forLess(30 * MINUTE))
    expect(phaseOf(first.request)).toBe('pending')
    const second = run(first, { ...forLess(10 * MINUTE), by: cy })
    expect(requestOf(second).wish).toEqual({ kind: 'for', ms: 10 * MINUTE })
  })
})
