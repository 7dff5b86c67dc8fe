/** What is owed follows from the state alone: the worked example of one grant first, then what a crash leaves behind. */
import { describe, expect, it } from 'vitest'
import type { Command, CommandOf } from '../../src/domain/command.ts'
import { BACKOFF_CAP_MS, CLEAN_BACKOFF_CAP_MS, LEASE_MS } from '../../src/domain/limits.ts'
import type { Seat } from '../../src/domain/model.ts'
import { isLive, owed, planOf } from '../../src/domain/owed.ts'
import { phaseOf } from '../../src/domain/request.ts'
import type { World } from '../../src/domain/world.ts'
import { access, ana, approve, cleared, HOUR, inPhase, MINUTE, run, T0 } from './world.ts'

/** In words: what the request and its seat owe at this instant. */
const owes = ({ request, seat, now }: World, at = now): string => {
  const found = [request, seat].map((record) => (record === null ? undefined : owed(record, at)?.effect))
  return found.filter((effect) => effect !== undefined).join(' + ') || 'nothing'
}

const answer = (world: World, ours: 'present' | 'absent', now: number): World =>
  run(
    { ...world, now },
    {
      do: 'answer',
      basedOn: world.seat?.v ?? 0,
      attempt: { n: world.seat?.attempts.at(-1)?.n ?? 0, outcome: 'ok' },
      look: { ours, others: 'absent', since: now },
    },
  )

describe('what is owed', () => {
  it('the worked example: asked, approved, given, over, taken away, gone', () => {
    const asked = inPhase('pending')
    expect(owes(asked)).toBe('nothing')
    expect(owes(asked, T0 + 4 * HOUR)).toBe('tick')

    const approved = run(asked, approve(), T0 + MINUTE)
    expect(owes(approved)).toBe('clear')

    const provisioning = run(approved, { do: 'clear', clearance: cleared }, T0 + MINUTE)
    expect(owes(provisioning)).toBe('grant')

    const sent = run(provisioning, { do: 'attempt', does: 'grant' })
    expect(owes(sent)).toBe('nothing')

    const active = answer(sent, 'present', T0 + 2 * MINUTE)
    const endsAt = T0 + 2 * MINUTE + 2 * HOUR
    expect([phaseOf(active.request), active.request?.grant?.endsAt]).toEqual(['active', endsAt])
    const warnAt = endsAt - 12 * MINUTE
    expect([owes(active, warnAt - 1), owes(active, warnAt)]).toEqual(['nothing', 'tick'])

    const warned = run(active, { do: 'tick' }, warnAt)
    expect([owes(warned, endsAt - 1), owes(warned, endsAt)]).toEqual(['nothing', 'tick'])

    const ending = run(warned, { do: 'tick' }, endsAt)
    expect(owes(ending)).toBe('revoke')

    const revoking = run(ending, { do: 'attempt', does: 'revoke' })
    expect(owes(revoking)).toBe('nothing')

    const ended = answer(revoking, 'absent', endsAt + 40)
    expect([phaseOf(ended.request), ended.request?.grant?.ended]).toMatchObject([
      'ended',
      { how: 'gone', lateMs: 40 },
    ])
    expect([owes(ended, endsAt + 24 * HOUR), ended.seat && isLive(ended.seat)]).toEqual(['nothing', false])
  })

  it.each<[string, number, number | undefined, number | undefined]>([
    ['a tenth before the end', 2 * HOUR, undefined, 12 * MINUTE],
    ['at most an hour before', 8 * 24 * HOUR, undefined, HOUR],
    ['at least two minutes before', 10 * MINUTE, undefined, 2 * MINUTE],
    ['not at all where it is over in a moment', 3 * MINUTE, undefined, undefined],
    ['as the policy says', 2 * HOUR, 5 * MINUTE, 5 * MINUTE],
    ['not at all where the policy says more than it lasts', HOUR, HOUR, undefined],
  ])('the holder is told %s, once', (_, ms, warnMs, beforeMs) => {
    const over = {
      wish: { kind: 'for', ms },
      maxMs: ms,
      ...(warnMs === undefined ? {} : { warnMs }),
    } as const
    const active = inPhase('active', over)
    const endsAt = active.request?.grant?.endsAt ?? Number.NaN
    const plan = active.request && planOf(active.request)
    expect(endsAt - (plan?.at ?? Number.NaN)).toBe(beforeMs ?? 0)
    if (beforeMs === undefined) return
    const warned = run(active, { do: 'tick' }, endsAt - beforeMs)
    expect([phaseOf(warned.request), warned.request?.grant?.warnedAt]).toEqual(['active', endsAt - beforeMs])
    expect(warned.request && planOf(warned.request)?.at).toBe(endsAt)
    expect(phaseOf(run(warned, { do: 'tick' }, endsAt).request)).toBe('ending')
  })

  it('a holder whose warning comes too late is not warned any more', () => {
    const active = inPhase('active')
    expect(phaseOf(run(active, { do: 'tick' }, active.request?.grant?.endsAt).request)).toBe('ending')
  })

  it('a call that nobody answered is owed again when its lease has run out', () => {
    const sent = run(inPhase('provisioning'), { do: 'attempt', does: 'grant' })
    expect(owes(sent, T0 + LEASE_MS - 1)).toBe('nothing')
    expect(owes(sent, T0 + LEASE_MS)).toBe('grant')
    const taken = run(inPhase('ending'), { do: 'attempt', does: 'revoke' })
    expect(owes(taken, T0 + LEASE_MS - 1)).toBe('nothing')
    expect(owes(taken, T0 + LEASE_MS)).toBe('revoke')
  })

  it('an end does not wait for a grant that is under way', () => {
    const sent = run(inPhase('provisioning'), { do: 'attempt', does: 'grant' })
    const given = run(sent, { do: 'give back', by: ana }, T0 + 10)
    expect(owes(given)).toBe('revoke')
  })

  it('an end does not wait for the fault of a grant that nobody needs any more', () => {
    const sent = run(inPhase('provisioning'), { do: 'attempt', does: 'grant' })
    const given = run(sent, { do: 'give back', by: ana }, T0 + 10)
    const late: Command = {
      do: 'answer',
      basedOn: 0,
      attempt: { n: 1, outcome: 'unknown', fault: 'slow down', afterMs: 60_000 },
    }
    expect(owes(run(given, late, T0 + 20))).toBe('revoke')
  })

  it('what is approved and never given is taken back when the time for it is over', () => {
    const provisioning = inPhase('provisioning')
    const giveUpAt = provisioning.request?.grant?.giveUpAt ?? 0
    expect(owes(provisioning, giveUpAt)).toContain('tick')
    expect(phaseOf(run(provisioning, { do: 'tick' }, giveUpAt).request)).toBe('ending')
  })

  const HUNG_MS = 30_000
  const nextTryAfter = (tries: number, fails: Partial<CommandOf<'answer'>>, tookMs: number): number => {
    let world = inPhase('ending')
    let sentAt = T0
    for (let i = 0; i < tries; i++) {
      sentAt = Math.max(planOf(world.seat as Seat)?.at ?? Number.NaN, world.now)
      world = run(world, { do: 'attempt', does: 'revoke' }, sentAt)
      const { v: basedOn = 0, attempts = [] } = world.seat ?? {}
      const n = attempts.at(-1)?.n ?? 0
      const attempt = { ...(fails.attempt ?? { outcome: 'unknown' }), n }
      const look = fails.look && { look: { ...fails.look, since: sentAt } }
      world = run(world, { do: 'answer', basedOn, attempt, ...look }, sentAt + tookMs)
    }
    return (planOf(world.seat as Seat)?.at ?? Number.NaN) - sentAt
  }
  it.each<[string, Partial<CommandOf<'answer'>>, number]>([
    ['however long the last call hung', {}, HUNG_MS],
    [
      'however long the look after it hung',
      { attempt: { n: 0, outcome: 'ok' }, look: { ours: 'unknown', others: 'unknown', since: 0 } },
      HUNG_MS,
    ],
    [
      'however long the target wants to be left alone',
      { attempt: { n: 0, outcome: 'refused', afterMs: HOUR } },
      0,
    ],
    [
      'after a call that hung and said so, too',
      { attempt: { n: 0, outcome: 'refused', afterMs: HOUR } },
      HUNG_MS,
    ],
  ])('an end is tried again a minute after its last try at the latest, %s', (_, fails, tookMs) => {
    expect(nextTryAfter(10, fails, tookMs)).toBe(MINUTE)
  })

  it('a grant waits as long as the target wants', () => {
    const sent = run(inPhase('provisioning'), { do: 'attempt', does: 'grant' })
    const attempt = { n: 1, outcome: 'refused', afterMs: 5 * MINUTE } as const
    const put = run(sent, { do: 'answer', basedOn: sent.seat?.v ?? 0, attempt })
    expect(planOf(put.seat as Seat)?.at).toBe(T0 + 5 * MINUTE)
  })

  it('a revoke that fails is tried for ever, ever more slowly, at least every minute', () => {
    let world = inPhase('ending')
    const waits: number[] = []
    for (let i = 0; i < 200; i++) {
      const at = planOf(world.seat as Seat)?.at ?? Number.NaN
      world = run(world, { do: 'attempt', does: 'revoke' }, Math.max(at, world.now))
      const n = world.seat?.attempts.at(-1)?.n ?? 0
      world = run(world, {
        do: 'answer',
        basedOn: world.seat?.v ?? 0,
        attempt: { n, outcome: 'refused', fault: 'no' },
      })
      const plan = planOf(world.seat as Seat)
      expect(plan?.effect.effect).toBe('revoke')
      waits.push((plan?.at ?? Number.NaN) - world.now)
    }
    expect(waits.slice(0, 8)).toEqual([1, 2, 4, 8, 16, 32, 60, 60].map((s) => s * 1_000))
    expect(Math.max(...waits)).toBe(BACKOFF_CAP_MS)
    expect(phaseOf(world.request)).toBe('ending')
  })

  const leftBehind = (): World => {
    const traits = { ...access.traits, cleansUp: true } as const
    const ending = run(inPhase('ending', { access: { ...access, traits } }), {
      do: 'attempt',
      does: 'revoke',
    })
    const seen = { ours: 'absent', others: 'absent', since: ending.now } as const
    const basedOn = ending.seat?.v ?? 0
    return run(ending, { do: 'answer', basedOn, attempt: { n: 1, outcome: 'ok' }, look: seen })
  }
  const clean = (world: World, left?: string): World =>
    run(
      world,
      { do: 'answer', basedOn: world.seat?.v ?? 0, cleaned: left === undefined ? {} : { left } },
      planOf(world.seat as Seat)?.at,
    )

  it('an end is over before anything is cleaned up, and that is owed until nothing is left', () => {
    const ended = leftBehind()
    expect([phaseOf(ended.request), owes(ended), isLive(ended.seat as Seat)]).toEqual([
      'ended',
      'clean',
      true,
    ])
    let world = ended
    const waits: number[] = []
    for (let i = 0; i < 20; i++) {
      world = clean(world, 'a table')
      expect(world.seat?.cleaning).toMatchObject({ tries: i + 1, left: 'a table' })
      expect(planOf(world.seat as Seat)?.effect.effect).toBe('clean')
      waits.push((planOf(world.seat as Seat)?.at ?? Number.NaN) - world.now)
    }
    expect([waits[0], Math.max(...waits)]).toEqual([1_000, CLEAN_BACKOFF_CAP_MS])
    const done = clean(world)
    expect([owes(done, T0 + 24 * HOUR), isLive(done.seat as Seat)]).toEqual(['nothing', false])
  })

  it('cleaning up that something overtook counts for nothing', () => {
    const ended = leftBehind()
    const command: Command = { do: 'answer', basedOn: (ended.seat?.v ?? 0) - 1, cleaned: {} }
    expect(run(ended, command).seat?.cleaning).toEqual(ended.seat?.cleaning)
  })

  it('an end that is late says so after 50 seconds, ten minutes, an hour, and then daily', () => {
    let world = inPhase('ending')
    const due = world.now
    const told: number[] = []
    while (told.length < 6) {
      const at = planOf(world.request as NonNullable<World['request']>)?.at ?? Number.NaN
      world = run(world, { do: 'tick' }, at)
      told.push(at - due)
    }
    expect(told).toEqual([50_000, 10 * MINUTE, HOUR, 24 * HOUR, 48 * HOUR, 72 * HOUR])
  })
})

describe('records that owe nothing', () => {
  it.each(['denied', 'lapsed', 'withdrawn', 'void', 'ended'] as const)('%s: closed for good', (phase) => {
    const { request } = inPhase(phase)
    expect(request && [planOf(request), isLive(request)]).toEqual([null, false])
  })

  it.each(['pending', 'approved', 'provisioning', 'active', 'ending'] as const)('%s: live', (phase) => {
    const { request } = inPhase(phase)
    expect(request && isLive(request)).toBe(true)
    expect(request && planOf(request)).not.toBeNull()
  })
})
