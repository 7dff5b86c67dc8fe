/** Worlds for tests of the pure floor: the same draft in every phase, made by folding real decisions. */
import type { Clearance, Command, CommandOf } from '../../src/domain/command.ts'
import { decide } from '../../src/domain/lifecycle.ts'
import type { Access, PersonRef, RequestId } from '../../src/domain/model.ts'
import { isRefusal } from '../../src/domain/refusal.ts'
import type { Draft, Phase } from '../../src/domain/request.ts'
import { apply, EMPTY_WORLD, type Happening, type World } from '../../src/domain/world.ts'

export const T0 = Date.UTC(2026, 10, 23, 9, 0, 0)
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

const personOf = (name: string): PersonRef => ({
  id: `chat:T1/${name}` as PersonRef['id'],
  via: `chat:${name}`,
  identity: `chat:T1/${name}`,
  name,
  email: `${name}@acme.test`,
})
export const ana = personOf('ana')
export const bob = personOf('bob')
export const cy = personOf('cy')
export const olga = personOf('olga')

export const access = {
  seat: 'test/1/2/3',
  target: 'orders-db',
  account: 'ana',
  handle: { role: 2 },
  fingerprint: 'test/1',
  traits: {
    readsBack: true,
    tellsOurs: true,
    endsSessions: true,
    checksDeadline: true,
    settlesInMs: 0,
    provisionWithinMs: 15 * MINUTE,
  },
} as unknown as Access

export const draft = (over: Partial<Draft> = {}): Draft => ({
  id: 'R-AAAAAA' as RequestId,
  entitlement: { target: access.target, role: 'readonly' as Draft['entitlement']['role'] },
  actions: ['SELECT'],
  access,
  wish: { kind: 'for', ms: 2 * HOUR },
  maxMs: 8 * HOUR,
  provisionWithinMs: 15 * MINUTE,
  reason: null,
  policy: { name: 'p1', hash: 'h1' },
  quorum: 1,
  approvers: ['bob@acme.test'],
  lapsesAt: T0 + 4 * HOUR,
  places: [],
  ...over,
})

export const approver = { approver: true, operator: false } as const
export const nobody = { approver: ['no'], operator: false } as const
export const cleared: Clearance = { result: 'ok', access }

/** Folds a decision that must not be refused. */
export const run = (world: World, command: Command, now = world.now): World => {
  const at = { ...world, now }
  const decision = decide(at, command)
  if (isRefusal(decision)) throw new Error(`${command.do} refused: ${decision.says}`)
  return settleMain(decision.reduce(apply, at))
}

/** The main request is also a peer once its seat names it, as the journal would load it. */
const settleMain = (world: World): World => {
  if (world.seat === null || world.request === null) return world
  return { ...world, peers: new Map(world.peers).set(world.request.id, world.request) }
}

export const approve = (by = bob): Command => ({
  do: 'approve',
  by,
  standing: approver,
  objections: [],
  doubts: [],
})

/** Taken by break-glass. */
export const glass = { quorum: 0, reviewers: ['cy@acme.test', 'dbas'] } as const

export const sign = (over: Partial<CommandOf<'sign'>> = {}): CommandOf<'sign'> => ({
  do: 'sign',
  by: cy,
  reviewer: true,
  words: null,
  ...over,
})

/** Ana wants an hour more. */
export const extend = (over: Partial<CommandOf<'extend'>> = {}): CommandOf<'extend'> => ({
  do: 'extend',
  by: ana,
  ms: HOUR,
  reason: null,
  terms: { quorum: 1, lapseMs: 4 * HOUR, most: 1 },
  objections: [],
  doubts: [],
  ...over,
})

const asked = (over: Partial<Draft> = {}): World =>
  run({ ...EMPTY_WORLD, now: T0 }, { do: 'request', by: ana, draft: draft(over), doubts: [] })

const steps: Record<Exclude<Phase, 'none'>, (over: Partial<Draft>) => World> = {
  pending: asked,
  denied: (over) => run(asked(over), { do: 'deny', by: bob, standing: approver, reason: null }),
  lapsed: (over) => run(asked(over), { do: 'tick' }, T0 + 4 * HOUR),
  withdrawn: (over) => run(asked(over), { do: 'withdraw', by: ana }),
  approved: (over) => (over.quorum === 0 ? asked(over) : run(asked(over), approve())),
  void: (over) => run(steps.approved(over), { do: 'clear', clearance: { result: 'no', says: 'ask again' } }),
  provisioning: (over) =>
    run(steps.approved(over), { do: 'clear', clearance: { result: 'ok', access: over.access ?? access } }),
  active: (over) => answered(run(steps.provisioning(over), { do: 'attempt', does: 'grant' }), 'present'),
  ending: (over) => run(steps.active(over), { do: 'give back', by: ana }),
  ended: (over) => answered(run(steps.ending(over), { do: 'attempt', does: 'revoke' }), 'absent'),
}

/** The last attempt went well and the look after it saw this. */
const answered = (world: World, ours: 'present' | 'absent'): World => {
  const n = Math.max(...(world.seat?.attempts ?? []).map((a) => a.n))
  const look = { ours, others: 'absent', since: world.now } as const
  return run(world, { do: 'answer', basedOn: world.seat?.v ?? 0, attempt: { n, outcome: 'ok' }, look })
}

/** A world in which the request stands in this phase. */
export const inPhase = (phase: Phase, over: Partial<Draft> = {}): World =>
  phase === 'none' ? { ...EMPTY_WORLD, now: T0 } : steps[phase](over)

export const events = (decision: ReturnType<typeof decide>): string[] =>
  isRefusal(decision)
    ? [`refused: ${decision.refused}`]
    : decision.map((h: Happening) => `${h.on}: ${h.event.type}`)
