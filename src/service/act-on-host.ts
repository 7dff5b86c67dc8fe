/**
 * What an operator does on the host, without chat: deny, revoke, hurry, have text erased. It only commits, and a running bot does the rest;
 * approving is not here, because nobody approves without an identity that a chat verified.
 */
import type { Command, Standing } from '../domain/command.ts'
import { type PersonId, type PersonRef, type RequestId, requestKey } from '../domain/model.ts'
import { saysPhase } from '../domain/phase-words.ts'
import type { Deps } from './deps.ts'
import { keepText } from './keep-text.ts'
import { loadRequest } from './load.ts'
import { type Committing, type Transacted, transact } from './transact.ts'

export type HostAct =
  | { readonly act: 'deny' | 'revoke'; readonly id: RequestId; readonly reason: string }
  | { readonly act: 'retry' | 'forget'; readonly id: RequestId }

/** Who may log in here and read the key is an operator, and never an approver. */
const STANDING: Standing = { operator: true, approver: [] }

/** Somebody on the host, by the name that the operating system has for them. */
export const hostPerson = (user: string): PersonRef => {
  const id = `host:${user}`
  return { id: id as PersonId, via: id, identity: id, name: `${user} (on the host)` }
}

/** Does it, or says why not. Rejects with a fault when Redis does not answer. */
export const actOnHost = (
  deps: Committing & Pick<Deps, 'random'>,
  by: PersonRef,
  wish: HostAct,
): Promise<Transacted> => {
  const reason = 'reason' in wish ? keepText(deps, wish.reason) : null
  return transact(deps, {
    load: () => loadRequest(deps.journal, wish.id),
    choose: ({ request }) =>
      request === null ? saysPhase(null, wish.act) : commandOf(wish.act, by, reason?.digest ?? null),
    beside: () => ({
      texts: reason === null ? [] : [{ record: requestKey(wish.id), ...reason }],
      erases: wish.act === 'forget' ? [requestKey(wish.id)] : [],
    }),
  })
}

const commandOf = (
  act: HostAct['act'],
  by: PersonRef,
  reason: Extract<Command, { do: 'deny' }>['reason'],
): Command =>
  act === 'retry' || act === 'forget'
    ? { do: act, by, standing: STANDING }
    : { do: act, by, standing: STANDING, reason }
