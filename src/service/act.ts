/** What people do to a request that exists: approve, deny, withdraw, give back, revoke. */
import { refOf } from '../domain/belongs.ts'
import { sayDone } from '../domain/cards/answer-card.ts'
import { type Card, plain } from '../domain/cards/card.ts'
import type { Command } from '../domain/command.ts'
import { type Request, type RequestId, requestKey } from '../domain/model.ts'
import { saysPhase } from '../domain/phase-words.ts'
import { type Refusal, refuse } from '../domain/refusal.ts'
import { phaseOf } from '../domain/request.ts'
import type { World } from '../domain/world.ts'
import type { Call } from '../ports.ts'
import { type Actor, keepAnswer } from './actor.ts'
import { chooseApproval } from './choose-approval.ts'
import type { Deps } from './deps.ts'
import { type Kept, keepText } from './keep-text.ts'
import { loadRequest } from './load.ts'
import { deciderOf, standingOf } from './standing.ts'
import { type Transacted, transact } from './transact.ts'

export type Act =
  | { readonly act: 'withdraw' | 'give back' | 'retry'; readonly id: RequestId }
  /** `atMostMs`: for less than was asked for. */
  | { readonly act: 'approve'; readonly id: RequestId; readonly atMostMs?: number }
  /** By a button: confirmed there, without a reason. */
  | { readonly act: 'revoke'; readonly id: RequestId }
  | { readonly act: 'deny' | 'revoke'; readonly id: RequestId; readonly reason: string }

/** Does it, or says why not. Rejects with a fault when Redis or a directory does not answer: nothing was changed. */
export const act = (deps: Deps, actor: Actor, wish: Act, call: Call): Promise<Transacted> => {
  const reason = 'reason' in wish ? keepText(deps, wish.reason) : null
  return transact(deps, {
    load: () => loadRequest(deps.journal, wish.id),
    choose: (world) => choose(deps, actor, wish, reason, world, call),
    beside: (after) => ({
      texts: reason === null ? [] : [{ record: requestKey(wish.id), ...reason }],
      gesture: keepAnswer(actor, sayActed(wish, after.request)),
    }),
  })
}

const choose = async (
  deps: Deps,
  { person }: Actor,
  wish: Act,
  reason: Kept | null,
  { request, now }: World,
  call: Call,
): Promise<Command | Refusal> => {
  if (request === null) return saysPhase(null, wish.act)
  const by = refOf(person)
  switch (wish.act) {
    case 'withdraw':
    case 'give back':
      return { do: wish.act, by }
    case 'deny':
      return {
        do: 'deny',
        by,
        standing: await deciderOf(deps, person, request, call),
        reason: reason?.digest ?? null,
      }
    case 'revoke':
      if (reason === null && 'reason' in wish)
        return refuse('bad-reason', 'Say why you revoke it.', `/jit revoke ${request.id} REASON`)
      return {
        do: 'revoke',
        by,
        standing: await standingOf(deps, person, request, call),
        reason: reason?.digest ?? null,
      }
    case 'approve':
      return chooseApproval(deps, person, { request, now, atMostMs: wish.atMostMs }, call)
    case 'retry':
      return { do: 'retry', by, standing: await standingOf(deps, person, request, call) }
    default:
      return wish satisfies never
  }
}

const sayActed = (wish: Act, request: Request | null): Card => {
  const id = wish.id
  switch (wish.act) {
    case 'approve':
      return phaseOf(request) === 'pending'
        ? sayDone('Approval recorded', [plain(`${id} waits for another approver.`)])
        : sayDone('Approved', [plain(`${id}: the access is being given.`)])
    case 'deny':
      return sayDone('Denied', [plain(`${id} was denied; nothing was given.`)])
    case 'withdraw':
      return sayDone('Withdrawn', [plain(`${id} was withdrawn; nothing was given.`)])
    case 'give back':
      return sayDone('Given back', [plain(`${id}: the access is being removed. Thank you.`)])
    case 'retry':
      return sayDone('Trying again', [plain(`${id}: its thread says how it goes.`)])
    case 'revoke':
      return sayDone('Revoked', [plain(`${id}: the access is being removed.`)])
    default:
      return wish satisfies never
  }
}
