import { describe, expect, it } from 'vitest'
import { decide } from '../../src/domain/lifecycle.ts'
import type { RequestId } from '../../src/domain/model.ts'
import { phaseOf } from '../../src/domain/request.ts'
import { planSeat } from '../../src/domain/seat.ts'
import { apply, type World } from '../../src/domain/world.ts'
import { inPhase, MINUTE, T0 } from '../domain/world.ts'
import { type Bounds, type Domain, explore } from './explore.ts'
import { type Patch, patchedDomain } from './patched-domain.ts'

const REAL: Domain = { decide, apply, planSeat, phaseOf }
const BOUNDS: Bounds = { attempts: 3, crashes: 1, unknowns: 1, states: 400_000, until: T0 + 30 * MINUTE }

/** Two requests of one person for one seat; the first is being provisioned, the second is approved. */
const twoOnOneSeat = (): World => {
  const wish = { kind: 'for', ms: MINUTE } as const
  const first = inPhase('provisioning', { wish })
  const second = inPhase('approved', { id: 'R-BBBBBB' as RequestId, wish })
  const peers = new Map(first.peers)
  if (second.request !== null) peers.set(second.request.id, second.request)
  return { ...first, request: null, peers }
}

describe('two requests, one seat, two settlers, late calls, a crash', () => {
  it('holds in every interleaving', { timeout: 300_000 }, () => {
    const walk = explore(REAL, twoOnOneSeat(), false, BOUNDS)
    expect(walk.broken).toBeUndefined()
    expect(walk.states).toBeGreaterThan(1_000)
    console.info(walk.states)
  })

  const patches: Record<string, Patch> = {
    'an open grant attempt no longer keeps a grant from ending': {
      file: 'seat.ts',
      find: " && couldLand(seat, 'grant') === null",
      replace: '',
    },
  }
  it.each(Object.entries(patches))('finds it when %s', { timeout: 300_000 }, async (_, patch) => {
    const { domain, remove } = await patchedDomain(patch)
    try {
      const walk = explore(domain, twoOnOneSeat(), false, BOUNDS)
      expect(walk.broken?.story).toBeDefined()
      console.info(walk.broken)
    } finally {
      remove()
    }
  })
})
