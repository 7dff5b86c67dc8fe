/**
 * Shows a holder credentials, made for this very press: recorded before they are made, shown once and privately, and kept
 * nowhere. A replay of the press is told to press again.
 */
import { refOf } from '../domain/belongs.ts'
import { sayDone } from '../domain/cards/answer-card.ts'
import { type Card, plain } from '../domain/cards/card.ts'
import { asFault } from '../domain/fault.ts'
import { type Request, type RequestId, requestKey } from '../domain/model.ts'
import { saysPhase } from '../domain/phase-words.ts'
import { type Refusal, refuse } from '../domain/refusal.ts'
import { phaseOf } from '../domain/request.ts'
import type { Answer, Call, Secret } from '../ports.ts'
import { type Actor, keepAnswer } from './actor.ts'
import { fence, within } from './call.ts'
import type { Deps } from './deps.ts'
import { isWhole, NOT_WHOLE } from './is-whole.ts'
import { loadRequest } from './load.ts'
import { type Transacted, transact } from './transact.ts'

/** Rejects with a fault when Redis does not answer; what the target says against it is a refusal. */
export const reveal = async (
  deps: Deps,
  actor: Actor,
  id: RequestId,
  call: Call,
): Promise<Transacted | Answer | Refusal> => {
  const recorded = await transact(deps, {
    load: () => loadRequest(deps.journal, id),
    choose: async ({ request }) => {
      if (request !== null && !(await isWhole(deps, request)))
        return refuse('not-allowed', `${id}: ${NOT_WHOLE}.`)
      return deps.mayReveal(actor.person.id) ? { do: 'reveal', by: refOf(actor.person) } : TOO_OFTEN
    },
    beside: () => ({ gesture: keepAnswer(actor, SHOWN_BEFORE) }),
  })
  if (recorded.did !== 'change') return recorded
  const { request } = recorded.world
  return request === null ? recorded : make(deps, request, call)
}

const TOO_OFTEN = refuse(
  'busy',
  'New credentials were made for you several times in this minute.',
  'Those shown last are good; press again in a minute for new ones.',
)

const SHOWN_BEFORE = sayDone('Shown before', [plain('They are shown once: press again for new ones.')])

const make = async (deps: Deps, request: Request, call: Call): Promise<Answer | Refusal> => {
  const target = deps.targets.get(request.entitlement.target)
  const inTime = fence(call, request.grant?.endsAt ?? 0)
  try {
    const secret = await deps.gateOf(request.entitlement.target)(call, async () =>
      target?.reveal === undefined ? undefined : within(call, target.reveal(request.access, inTime)),
    )
    const still = await loadRequest(deps.journal, request.id)
    // It may have ended meanwhile: then nobody is to have them.
    if (phaseOf(still.world.request) !== 'active') return saysPhase(still.world.request, 'reveal')
    if (secret !== undefined) return { card: draw(request.id, secret) }
  } catch (thrown) {
    const { kind, message } = asFault(thrown)
    deps.log.warn({ record: requestKey(request.id), kind, fault: message }, 'no credentials could be made')
  }
  return refuse(
    'unavailable',
    `${request.entitlement.target} made no credentials.`,
    'Press again in a minute.',
  )
}

const draw = (id: RequestId, secret: Secret): Card => ({
  title: 'Your credentials',
  summary: [plain('Your credentials.')],
  parts: [
    ...secret.map(({ label, value }) => ({ part: 'secret', label, value }) as const),
    { part: 'note', spans: [plain(`Shown once, to you alone, and kept nowhere. They end with ${id}.`)] },
  ],
})
