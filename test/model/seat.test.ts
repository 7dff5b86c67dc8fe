/** Two requests on one seat, two settlers, late calls, a crash, a fault: every interleaving, over the real functions. */
import { afterAll, describe, expect, it } from 'vitest'
import type { RequestId, Traits } from '../../src/domain/model.ts'
import { EMPTY_WORLD } from '../../src/domain/world.ts'
import { access, inPhase, T0 } from '../domain/world.ts'
import type { Patch } from '../fixtures/patch-source.ts'
import { explore, type Walk } from './explore.ts'
import { type Copy, MODEL_LEASE_MS, patchedDomain } from './patched-domain.ts'
import { PLANTED_FAULTS } from './planted-faults.ts'
import { compareFutures } from './same-future.ts'
import { type Bounds, beginWith, type State } from './system.ts'

const LIMITS = { leaseMs: MODEL_LEASE_MS, states: 400_000 }
const WALK = { timeout: 240_000 }

/** What the three kinds of target promise about their calls. */
const PROMPT = {}
const LATE = { checksDeadline: false, settlesInMs: 1_000 }
const BLIND = { readsBack: false }

/** Two requests of one person for one seat, both just approved. */
const twoOnOneSeat = (traits: Partial<Traits>): State => {
  const its = { ...access, traits: { ...access.traits, ...traits } }
  const ids = ['R-AAAAAA', 'R-BBBBBB'] as RequestId[]
  const peers = ids.flatMap((id) => {
    const wish = { kind: 'for', ms: 1_000 } as const
    const { request } = inPhase('approved', { id, access: its, wish, provisionWithinMs: 3_000 })
    return request === null ? [] : [[id, request] as const]
  })
  return beginWith({ ...EMPTY_WORLD, now: T0, peers: new Map(peers) })
}

const copies: Copy[] = []
afterAll(() => {
  for (const copy of copies) copy.remove()
})

const under = async (...patches: Patch[]): Promise<Copy['domain']> => {
  const copy = await patchedDomain(patches)
  copies.push(copy)
  return copy.domain
}

const walk = async (traits: Partial<Traits>, bounds: Bounds, ...patches: Patch[]): Promise<Walk> =>
  explore(await under(...patches), twoOnOneSeat(traits), bounds, LIMITS)

describe('two requests, one seat, two settlers, late calls', () => {
  it('holds in every interleaving with a crash and a fault', WALK, async () => {
    const { broken, states, events } = await walk(PROMPT, { crashes: 1, faults: 1 })
    expect(broken, broken?.story.join('\n')).toBeUndefined()
    expect(states).toBeGreaterThan(50_000)
    expect([...events]).toEqual(
      expect.arrayContaining(['request: confirmed', 'request: ended', 'request: voided']),
    )
    expect([...events]).not.toContain('request: came back')
  })

  it.each(Object.entries(PLANTED_FAULTS))(
    'notices when %s',
    WALK,
    async (_, { breaks, late, goesWrong, ...patch }) => {
      // The smallest walk that can show it: those of the whole floor go through all of it, too.
      const bounds = { crashes: 0, faults: goesWrong ? 1 : 0 }
      const { broken } = await walk(late ? LATE : PROMPT, bounds, patch)
      expect(broken, broken?.story.join('\n')).toMatchObject({ rule: breaks })
    },
  )
})

describe('what the walk takes for one state', () => {
  it.each([
    ['that checks the deadline, with a crash', PROMPT, { crashes: 1, faults: 0 }],
    ['that lets calls land late', LATE, { crashes: 0, faults: 0 }],
    ['that cannot be read back', BLIND, { crashes: 0, faults: 0 }],
  ])('has one future, for a target %s', WALK, async (_, traits, bounds) => {
    const { compared, differing } = compareFutures(
      await under(),
      twoOnOneSeat(traits),
      bounds,
      MODEL_LEASE_MS,
    )
    expect(differing).toBeUndefined()
    expect(compared).toBeGreaterThan(3_000)
  })
})

describe('two requests on one seat of a target that no version has yet', () => {
  it.each([
    ['lets calls land late, with a crash', LATE, { crashes: 1, faults: 0 }],
    ['lets calls land late, with a fault', LATE, { crashes: 0, faults: 1 }],
    ['cannot be read back, with a crash', BLIND, { crashes: 1, faults: 0 }],
    ['cannot be read back, with a fault', BLIND, { crashes: 0, faults: 1 }],
  ])('holds in every interleaving where the target %s', WALK, async (_, traits, bounds) => {
    const { broken, events } = await walk(traits, bounds)
    expect(broken, broken?.story.join('\n')).toBeUndefined()
    expect(events.has('request: came back')).toBe(traits === LATE)
  })
})
