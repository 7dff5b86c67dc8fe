/** Somebody else has looked at what was given by break-glass, and signs that they did. */
import { refOf } from '../domain/belongs.ts'
import { sayDone } from '../domain/cards/answer-card.ts'
import { plain } from '../domain/cards/card.ts'
import { type RequestId, requestKey } from '../domain/model.ts'
import { saysPhase } from '../domain/phase-words.ts'
import type { Call } from '../ports.ts'
import { type Actor, keepAnswer } from './actor.ts'
import type { Deps } from './deps.ts'
import { keepText } from './keep-text.ts'
import { loadRequest } from './load.ts'
import { reviewerOf } from './standing.ts'
import { type Transacted, transact } from './transact.ts'

export interface Signature {
  readonly id: RequestId
  /** What they have to say about it; may be empty. */
  readonly words: string
}

/** Rejects with a fault when Redis or a directory does not answer: nothing was changed. */
export const sign = (deps: Deps, actor: Actor, { id, words }: Signature, call: Call): Promise<Transacted> => {
  const kept = keepText(deps, words)
  return transact(deps, {
    load: () => loadRequest(deps.journal, id),
    choose: async ({ request }) => {
      if (request === null) return saysPhase(null, 'sign')
      const reviewer = await reviewerOf(deps, actor.person, request, call)
      return { do: 'sign', by: refOf(actor.person), reviewer, words: kept?.digest ?? null }
    },
    beside: () => ({
      texts: kept === null ? [] : [{ record: requestKey(id), ...kept }],
      gesture: keepAnswer(actor, sayDone('Reviewed', [plain(`${id}: the review is signed. Thank you.`)])),
    }),
  })
}
