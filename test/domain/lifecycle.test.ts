import { describe, expect, it } from 'vitest'
import type { Command } from '../../src/domain/command.ts'
import { decide, TABLE } from '../../src/domain/lifecycle.ts'
import { isRefusal } from '../../src/domain/refusal.ts'
import { PHASES, type Phase, phaseOf } from '../../src/domain/request.ts'
import { apply } from '../../src/domain/world.ts'
import {
  access,
  ana,
  approve,
  approver,
  bob,
  cleared,
  cy,
  draft,
  events,
  extend,
  HOUR,
  inPhase,
  MINUTE,
  nobody,
  olga,
  run,
  sign,
  T0,
} from './world.ts'

const by = (command: Command['do']): Command => {
  const commands: Record<Exclude<Command['do'], 'attempt' | 'answer' | 'disown'>, Command> = {
    request: { do: 'request', by: ana, draft: draft(), doubts: [] },
    approve: approve(),
    deny: { do: 'deny', by: bob, standing: approver, reason: null },
    withdraw: { do: 'withdraw', by: ana },
    'give back': { do: 'give back', by: ana },
    revoke: { do: 'revoke', by: bob, standing: approver, reason: 'd' as never },
    reveal: { do: 'reveal', by: ana },
    extend: extend(),
    'approve extension': {
      ...approve(),
      do: 'approve extension',
      n: 1,
      stillCount: [],
      quorum: 1,
    } as Command,
    'deny extension': { do: 'deny extension', by: bob, standing: approver, n: 1, reason: null },
    sign: sign(),
    retry: { do: 'retry', by: olga, standing: { approver: [], operator: true } },
    forget: { do: 'forget', by: olga, standing: { approver: [], operator: true } },
    clear: { do: 'clear', clearance: cleared },
    'note post': { do: 'note post', place: 'chat:card:C1' as never, at: { channel: 'C1', id: '1.2' } },
    'note unreached': { do: 'note unreached', place: 'chat:dm:U1' as never, why: 'no app' },
    tick: { do: 'tick' },
    leave: { do: 'leave' },
  }
  return commands[command as keyof typeof commands]
}

/** The whole table, written by hand: the phase each command leads to, or the code it is refused with. */
const EXPECTED: Record<keyof typeof TABLE, Record<Phase, string>> = {
  request: all('already', { none: 'pending', pending: 'not-started' }),
  approve: all('already', { none: 'unknown-id', pending: 'approved' }),
  deny: all('already', { none: 'unknown-id', pending: 'denied' }),
  withdraw: all('already', { none: 'unknown-id', pending: 'withdrawn' }),
  'give back': all('already', {
    none: 'unknown-id',
    pending: 'not-started',
    approved: 'void',
    provisioning: 'ending',
    active: 'ending',
  }),
  revoke: all('already', {
    none: 'unknown-id',
    pending: 'not-started',
    approved: 'void',
    provisioning: 'ending',
    active: 'ending',
  }),
  // Of a target that has none, in every phase.
  reveal: all('already', {
    none: 'unknown-id',
    pending: 'not-started',
    approved: 'not-started',
    provisioning: 'not-started',
    active: 'not-allowed',
  }),
  extend: all('already', {
    none: 'unknown-id',
    pending: 'not-started',
    approved: 'not-started',
    provisioning: 'not-started',
    active: 'active',
  }),
  'approve extension': all('already', { none: 'unknown-id', pending: 'not-started' }),
  'deny extension': all('already', { none: 'unknown-id', pending: 'not-started' }),
  // Of what was not taken by break-glass, in every phase.
  sign: all('not-allowed', { none: 'unknown-id' }),
  retry: all('already', {
    none: 'unknown-id',
    pending: 'not-started',
    approved: 'approved',
    provisioning: 'provisioning',
    ending: 'ending',
  }),
  forget: all('not-started', {
    none: 'unknown-id',
    denied: 'denied',
    lapsed: 'lapsed',
    withdrawn: 'withdrawn',
    void: 'void',
    ended: 'ended',
  }),
  clear: all('same', { approved: 'provisioning' }),
  'note post': all('same', {}),
  'note unreached': all('same', {}),
  tick: all('same', {}),
  leave: all('same', { pending: 'void', approved: 'void', provisioning: 'ending', active: 'ending' }),
}

function all(otherwise: string, some: Partial<Record<Phase, string>>): Record<Phase, string> {
  return { ...Object.fromEntries(PHASES.map((phase) => [phase, otherwise])), ...some } as Record<
    Phase,
    string
  >
}

const outcome = (phase: Phase, command: Command): string => {
  const world = inPhase(phase)
  const decision = decide(world, command)
  if (isRefusal(decision)) return decision.refused
  return phaseOf(decision.reduce(apply, world).request)
}

describe('every phase x every command', () => {
  for (const verb of Object.keys(TABLE) as (keyof typeof TABLE)[]) {
    for (const phase of PHASES) {
      it(`${verb} in ${phase}`, () => {
        const expected = EXPECTED[verb][phase]
        const got = outcome(phase, by(verb))
        if (expected === 'already') expect(got).toMatch(/^already-(decided|ending|over)$/)
        else expect(got).toBe(expected === 'same' ? phase : expected)
      })
    }
  }

  it('reaches every phase that the table has rows for', () => {
    for (const phase of PHASES) expect(phaseOf(inPhase(phase).request)).toBe(phase)
  })
})

describe('separation of duties', () => {
  it('refuses the requester, by identity', () => {
    expect(decide(inPhase('pending'), approve(ana))).toMatchObject({ refused: 'own-request' })
  })
  it('refuses an equal address from another identity', () => {
    const twin = { ...bob, email: ana.email as string }
    expect(decide(inPhase('pending'), approve(twin))).toMatchObject({ refused: 'own-request' })
  })
  it('does not let an operator deny or approve their own', () => {
    const own: Command = { do: 'deny', by: ana, standing: { approver: true, operator: true }, reason: null }
    expect(decide(inPhase('pending'), own)).toMatchObject({ refused: 'own-request' })
  })
  it('counts one human once towards the quorum', () => {
    const once = run(inPhase('pending', { quorum: 2 }), approve(bob))
    expect(phaseOf(once.request)).toBe('pending')
    expect(decide(once, approve(bob))).toMatchObject({ refused: 'already-approved' })
    expect(phaseOf(run(once, approve(cy)).request)).toBe('approved')
  })
})

describe('credentials', () => {
  const revealing = { access: { ...access, traits: { ...access.traits, reveals: true } } as typeof access }
  it('are for the holder alone, while the access is there', () => {
    const world = inPhase('active', revealing)
    expect(events(decide(world, { do: 'reveal', by: ana }))).toEqual(['request: revealed'])
    expect(decide(world, { do: 'reveal', by: bob })).toMatchObject({ refused: 'not-yours' })
    const over = { ...world, now: world.request?.grant?.endsAt ?? Number.NaN }
    expect(decide(over, { do: 'reveal', by: ana })).toMatchObject({ refused: 'already-over' })
    expect(decide(inPhase('ending', revealing), { do: 'reveal', by: ana })).toMatchObject({
      refused: 'already-ending',
    })
  })
})

describe('rights', () => {
  it.each(['approve', 'deny', 'revoke'] as const)('%s needs an approver', (verb) => {
    const command = { ...by(verb), by: olga, standing: nobody } as Command
    const phase = verb === 'revoke' ? 'active' : 'pending'
    expect(outcome(phase, command)).toBe(verb === 'revoke' ? 'not-an-operator' : 'not-an-approver')
  })
  it('an operator may revoke and deny', () => {
    const standing = { approver: ['no'], operator: true } as const
    expect(outcome('active', { do: 'revoke', by: olga, standing, reason: 'd' as never })).toBe('ending')
    expect(outcome('pending', { do: 'deny', by: olga, standing, reason: null })).toBe('denied')
  })
  it('withdraw and give back belong to the requester', () => {
    expect(outcome('pending', { do: 'withdraw', by: bob })).toBe('not-yours')
    expect(outcome('active', { do: 'give back', by: bob })).toBe('not-yours')
  })
  it('nothing is approved while Curfew gives nothing, or against an objection', () => {
    expect(outcome('pending', { ...approve(), doubts: ['Redis is full.'] } as Command)).toBe('not-giving')
    expect(
      outcome('pending', { ...approve(), objections: ['Nobody writes in the freeze.'] } as Command),
    ).toBe('not-allowed')
    expect(outcome('none', { do: 'request', by: ana, draft: draft(), doubts: ['full'] })).toBe('not-giving')
  })
})

describe('time', () => {
  it('arms the end before anything is asked of the target', () => {
    const { request } = inPhase('approved')
    expect(request?.grant).toMatchObject({
      state: 'provisioning',
      giveUpAt: T0 + 15 * MINUTE,
      endsAt: T0 + 2 * HOUR + 15 * MINUTE,
    })
  })
  it('confirmation only moves the end earlier', () => {
    const { request } = inPhase('active')
    expect(request?.grant?.endsAt).toBe(T0 + 2 * HOUR)
  })
  it('never gives longer than the policy allows, nor past the wished moment', () => {
    expect(inPhase('active', { maxMs: HOUR }).request?.grant?.endsAt).toBe(T0 + HOUR)
    const until = { kind: 'until', at: T0 + 30 * MINUTE } as const
    expect(inPhase('active', { wish: until }).request?.grant?.endsAt).toBe(T0 + 30 * MINUTE)
    expect(inPhase('approved', { wish: until }).request?.grant?.endsAt).toBe(T0 + 30 * MINUTE)
  })
  it('ends on the second, not before', () => {
    const active = run(inPhase('active'), { do: 'tick' }, T0 + 110 * MINUTE)
    expect(events(decide({ ...active, now: T0 + 2 * HOUR - 1 }, { do: 'tick' }))).toEqual([])
    expect(events(decide({ ...active, now: T0 + 2 * HOUR }, { do: 'tick' }))).toEqual([
      'request: ending',
      'seat: released',
    ])
  })
  it('takes back what was not confirmed in time', () => {
    const world = { ...inPhase('provisioning'), now: T0 + 15 * MINUTE }
    expect(run(world, { do: 'tick' }).request?.grant?.ending).toMatchObject({ because: 'failed' })
  })
  it('an approval that could never be cleared is void at give-up', () => {
    const world = { ...inPhase('approved'), now: T0 + 15 * MINUTE }
    expect(phaseOf(run(world, { do: 'tick' }).request)).toBe('void')
    expect(phaseOf(run(world, { do: 'clear', clearance: cleared }).request)).toBe('void')
  })
  it('is late at 1 min, 10 min, 1 h, then daily, and never gives up', () => {
    let world = inPhase('ending')
    const said: number[] = []
    for (let i = 0; i < 6; i++) {
      const at = world.request?.grant?.lateAt ?? 0
      expect(events(decide({ ...world, now: at - 1 }, { do: 'tick' }))).toEqual([])
      world = run(world, { do: 'tick' }, at)
      said.push((at - T0) / MINUTE)
    }
    expect(said).toEqual([50 / 60, 10, 60, 1440, 2880, 4320])
    expect(phaseOf(world.request)).toBe('ending')
  })
  it('says how often this end was tried, however often the access was given and taken before', () => {
    const ending = inPhase('ending')
    const seat = ending.seat && { ...ending.seat, tries: 2 }
    const attempts = [{ n: 80, does: 'revoke' as const, sentAt: T0, notAfter: T0 }]
    const world = { ...ending, seat: seat && { ...seat, attempts }, now: ending.request?.grant?.lateAt ?? 0 }
    expect(decide(world, { do: 'tick' })).toMatchObject([{ event: { type: 'late', tries: 2 } }])
  })
})

describe('somebody who was deactivated', () => {
  const leave = (phase: Phase) => run(inPhase(phase), { do: 'leave' })

  it('gets nothing that was not begun, with the reason', () => {
    for (const phase of ['pending', 'approved'] as const)
      expect(leave(phase).request?.closed).toEqual({ at: T0, says: 'ana was deactivated' })
  })
  it('loses what they have or may have, and lets go of the seat, in one step', () => {
    for (const phase of ['provisioning', 'active'] as const) {
      const { request, seat } = leave(phase)
      expect(request?.grant).toMatchObject({ state: 'ending', ending: { because: 'left', at: T0 } })
      expect([seat?.holders, seat?.leaving]).toEqual([[], [request?.id]])
    }
  })
  it('is late from that moment, and once is enough', () => {
    const left = leave('active')
    expect(left.request?.grant?.lateAt).toBe(T0 + 50_000)
    expect(events(decide(left, { do: 'leave' }))).toEqual([])
  })
})

describe('the second check', () => {
  const clear = (clearance: Extract<Command, { do: 'clear' }>['clearance']): Command => ({
    do: 'clear',
    clearance,
  })

  it('voids what is no longer allowed, and says why', () => {
    const world = run(
      inPhase('approved'),
      clear({ result: 'no', says: 'bob is no longer an approver; ask again' }),
    )
    expect(world.request?.closed?.says).toMatch(/bob is no longer/)
  })
  it('tries again later when it cannot tell', () => {
    const world = run(inPhase('approved'), clear({ result: 'cannot tell', why: 'the directory is down' }))
    expect(world.request?.retry).toEqual({ tries: 1, notBefore: T0 + 1000, why: 'the directory is down' })
  })
  it('voids when account or role became another thing', () => {
    const other = { ...access, seat: 'test/1/2/9' as never }
    expect(phaseOf(run(inPhase('approved'), clear({ result: 'ok', access: other })).request)).toBe('void')
  })
  it('an account belongs to the first person granted it', () => {
    const owner = {
      kind: 'account',
      v: 1,
      target: access.target,
      account: access.account,
      owner: bob.id,
    } as const
    const world = run({ ...inPhase('approved'), owner }, clear(cleared))
    expect(world.request?.closed?.says).toMatch(/belongs to somebody else/)
    expect(inPhase('provisioning').owner?.owner).toBe(ana.id)
  })
})
