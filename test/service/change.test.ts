/** When the places of a request look at what happened to it. */
import { expect, it } from 'vitest'
import type { Command } from '../../src/domain/command.ts'
import { decide } from '../../src/domain/lifecycle.ts'
import { ENDED_WITHIN_MS } from '../../src/domain/limits.ts'
import type { Access, Place, RequestId } from '../../src/domain/model.ts'
import { isRefusal } from '../../src/domain/refusal.ts'
import type { World } from '../../src/domain/world.ts'
import { changeOf } from '../../src/service/change.ts'
import { access, ana, inPhase, run } from '../domain/world.ts'

const place = { chat: 'slack', kind: 'card', to: 'C1' } as unknown as Place
const active = inPhase('active', { places: [place] })
const endsAt = active.request?.grant?.endsAt ?? Number.NaN

/** How long after it happened, ms. */
const toldAfter = (world: World, command: Command): number[] => {
  const decision = decide(world, command)
  if (isRefusal(decision)) throw new Error(decision.says)
  const { due } = changeOf('key', { world, stored: new Map() }, decision)
  return due.flatMap(({ lane, at }) => (lane.startsWith('chat:') && at !== null ? [at - world.now] : []))
}

const atEnd = { ...active, now: endsAt }
const ending = run(active, { do: 'tick' }, endsAt)
const revoking = run(ending, { do: 'attempt', does: 'revoke' })
const n = revoking.seat?.attempts.at(-1)?.n ?? Number.NaN

it.each<[string, World, Command, number]>([
  ['that time is up, when it has ended or takes longer than that', atEnd, { do: 'tick' }, ENDED_WITHIN_MS],
  ['that somebody gave it back, at once', active, { do: 'give back', by: ana }, 0],
  ['that it is late, at once', { ...ending, now: ending.request?.grant?.lateAt ?? 0 }, { do: 'tick' }, 0],
  [
    'that it has ended, at once',
    revoking,
    {
      do: 'answer',
      basedOn: revoking.seat?.v ?? 0,
      attempt: { n, outcome: 'ok' },
      look: { ours: 'absent', others: 'absent', since: endsAt },
    },
    0,
  ],
])('a place in chat is told %s', (_, world, command, after) => {
  expect(toldAfter(world, command)).toEqual([after])
})

it('a seat whose target has another name by now stands in the lanes of the new one only', () => {
  const seat = active.seat && { ...active.seat, holders: [] }
  const renamed = { ...access, target: 'orders' } as Access
  const asked = inPhase('approved', { id: 'R-CCCCCC' as RequestId, access: renamed })
  const world = { ...asked, seat, owner: active.owner }
  const decision = decide(world, { do: 'clear', clearance: { result: 'ok', access: renamed } })
  if (isRefusal(decision)) throw new Error(decision.says)
  const { due } = changeOf('key', { world, stored: new Map() }, decision)
  const lanes = due.filter(({ key }) => key.startsWith('s:')).map(({ lane, at }) => [lane, at !== null])
  expect(Object.fromEntries(lanes)).toEqual({
    'give:orders': true,
    'take:orders': false,
    'give:orders-db': false,
    'take:orders-db': false,
  })
})
