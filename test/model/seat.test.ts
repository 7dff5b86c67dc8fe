/** Two requests on one seat, two settlers, late calls, a crash: every interleaving, over the real functions. */
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/domain/lifecycle.ts'
import { LEASE_MS } from '../../src/domain/limits.ts'
import type { RequestId } from '../../src/domain/model.ts'
import { phaseOf } from '../../src/domain/request.ts'
import { planSeat } from '../../src/domain/seat.ts'
import { apply } from '../../src/domain/world.ts'
import { inPhase, MINUTE } from '../domain/world.ts'
import { explore } from './explore.ts'
import { type Patch, patchedDomain } from './patched-domain.ts'
import { beginWith, type Domain, type State } from './system.ts'

const REAL: Domain = { decide, apply, planSeat, phaseOf }
const BOUNDS = { crashes: 1, faults: 1 }
const LIMITS = { leaseMs: LEASE_MS, states: 600_000, steps: 13 }
const WALK = { timeout: 240_000 }

/** Two requests of one person for one seat: the first is being provisioned, the second is approved. */
const twoOnOneSeat = (): State => {
  const wish = { kind: 'for', ms: MINUTE } as const
  const first = inPhase('provisioning', { wish })
  const second = inPhase('approved', { id: 'R-BBBBBB' as RequestId, wish })
  const peers = new Map(first.peers)
  if (second.request !== null) peers.set(second.request.id, second.request)
  return beginWith({ ...first, request: null, peers })
}

describe('two requests, one seat, two settlers, late calls, a crash', () => {
  it(`holds in every interleaving of up to ${LIMITS.steps} steps`, WALK, () => {
    const walk = explore(REAL, twoOnOneSeat(), BOUNDS, LIMITS)
    expect(walk.broken).toBeUndefined()
    expect([...walk.events]).toContain('request: ended')
    expect(walk.states).toBeGreaterThan(10_000)
  })

  const patches: Record<string, Patch> = {
    'an open grant attempt no longer keeps a grant from ending': {
      file: 'seat.ts',
      find: "couldLand(seat, 'grant') === null",
      replace: 'true',
    },
    'an open revoke attempt no longer keeps a grant from becoming active': {
      file: 'seat.ts',
      find: "couldLand(seat, 'revoke') === null",
      replace: 'true',
    },
    'what was open is judged at the commit, not at the look': {
      file: 'seat.ts',
      find: 'openUntil(seat, does, seat.seen?.since ?? 0)',
      replace: 'openUntil(seat, does, seat.seen?.at ?? 0)',
    },
    'a look counts that something overtook': {
      file: 'settle-seat.ts',
      find: 'seat.v !== command.basedOn',
      replace: 'false',
    },
  }
  it.each(Object.entries(patches))('finds it when %s', WALK, async (_, patch) => {
    const { domain, remove } = await patchedDomain([patch])
    try {
      const walk = explore(domain, twoOnOneSeat(), BOUNDS, LIMITS)
      expect(walk.broken?.story).toBeDefined()
    } finally {
      remove()
    }
  })
})
