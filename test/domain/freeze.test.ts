import { describe, expect, it } from 'vitest'
import type { Command } from '../../src/domain/command.ts'
import { decideFreeze, evolveFreeze, type Freeze, type FreezeEvent } from '../../src/domain/freeze.ts'
import { decide } from '../../src/domain/lifecycle.ts'
import { isRefusal } from '../../src/domain/refusal.ts'
import type { Phase } from '../../src/domain/request.ts'
import type { World } from '../../src/domain/world.ts'
import {
  ana,
  approve,
  approver,
  bob,
  cleared,
  draft,
  events,
  extend,
  glass,
  HOUR,
  inPhase,
  MINUTE,
  olga,
  run,
  sign,
  T0,
} from './world.ts'

const frozen = { at: T0, by: olga, reason: 'break-in' }
const freezing = (world: World): World => ({ ...world, frozen })
const WHY = 'Curfew gives nothing at the moment: It was frozen by olga: break-in'

describe('what is frozen', () => {
  const approveExtension = {
    ...approve(),
    do: 'approve extension',
    n: 1,
    stillCount: [],
    quorum: 1,
  } as Command
  const asked = (): World => run(inPhase('active'), extend())
  it.each<[string, () => World, Command]>([
    ['request', () => inPhase('none'), { do: 'request', by: ana, draft: draft(), doubts: [] }],
    ['break-glass', () => inPhase('none'), { do: 'request', by: ana, draft: draft(glass), doubts: [] }],
    ['approval', () => inPhase('pending'), approve()],
    ['extension', () => inPhase('active'), extend()],
    ['approval of an extension', asked, approveExtension],
  ])('refuses a %s, and says why', (_, world, command) => {
    expect(decide(freezing(world()), command)).toMatchObject({ refused: 'not-giving', says: WHY })
    expect(isRefusal(decide(world(), command))).toBe(false)
  })
  it('puts what is approved off until it is thawed', () => {
    const off = run(freezing(inPhase('approved')), { do: 'clear', clearance: cleared })
    expect(off.request?.retry).toMatchObject({ tries: 1, why: 'It was frozen by olga: break-in' })
    const { frozen: _, ...thawed } = off
    expect(events(decide(thawed, { do: 'clear', clearance: cleared }))).toContain('request: cleared')
  })
  it('and voids it when that comes too late', () => {
    const off = run(freezing(inPhase('approved')), { do: 'clear', clearance: cleared })
    const late = run({ ...off, frozen }, { do: 'tick' }, T0 + 15 * MINUTE)
    expect(late.request?.closed?.says).toBe('not provisioned in time: It was frozen by olga: break-in')
  })
  it('asks a target for nothing that it has not been asked for yet', () => {
    expect(decide(freezing(inPhase('provisioning')), { do: 'attempt', does: 'grant' })).toEqual([])
    expect(events(decide(inPhase('provisioning'), { do: 'attempt', does: 'grant' }))).toEqual([
      'seat: attempted',
    ])
  })
  it.each<[Phase, Command]>([
    ['pending', { do: 'deny', by: bob, standing: approver, reason: null }],
    ['pending', { do: 'withdraw', by: ana }],
    ['approved', { do: 'give back', by: ana }],
    ['provisioning', { do: 'revoke', by: bob, standing: approver, reason: null }],
    ['active', { do: 'give back', by: ana }],
    ['active', { do: 'leave' }],
    ['active', sign()],
    ['ending', { do: 'attempt', does: 'revoke' }],
    ['ended', sign()],
  ])('of a request that is %s ends, denies and reviews as ever: %j', (phase, command) => {
    const world = inPhase(phase, phase === 'pending' ? {} : glass)
    const decision = decide(world, command)
    expect(isRefusal(decision)).toBe(false)
    expect(decide(freezing(world), command)).toEqual(decision)
  })
  it('ends on time', () => {
    const world = { ...inPhase('active'), now: T0 + 2 * HOUR, frozen }
    expect(events(decide(world, { do: 'tick' }))).toEqual(['request: ending', 'seat: released'])
  })
})

describe('the record of it', () => {
  const freeze: FreezeEvent = { type: 'frozen', at: T0, by: olga, reason: null }
  const thaw: FreezeEvent = { type: 'thawed', at: T0 + 1, by: bob }
  const foldAll = (...events: readonly FreezeEvent[]): Freeze | null =>
    events.reduce<Freeze | null>(evolveFreeze, null)

  it('says who froze it, and nothing once it is thawed', () => {
    expect(foldAll(freeze)).toEqual({ kind: 'freeze', v: 1, since: { at: T0, by: olga, reason: null } })
    expect(foldAll(freeze, thaw)).toEqual({ kind: 'freeze', v: 2 })
    expect(foldAll(freeze, thaw, freeze)).toMatchObject({ v: 3, since: { by: olga } })
  })
  it('changes only what is not so already', () => {
    expect(decideFreeze(null, freeze)).toBe(freeze)
    expect(decideFreeze(null, thaw)).toMatchObject({ refused: 'already-over' })
    expect(decideFreeze(foldAll(freeze), freeze)).toMatchObject({
      refused: 'already-decided',
      says: 'Curfew is frozen already, by olga.',
    })
    expect(decideFreeze(foldAll(freeze), thaw)).toBe(thaw)
    expect(() => foldAll(thaw)).toThrow('thawed twice')
    expect(() => foldAll(freeze, freeze)).toThrow('frozen twice')
  })
})
