/**
 * What somebody does on the host, without chat. It only commits, and a running bot does the rest. As an operator everybody
 * there may deny, end, hurry and have text erased; approving takes an approver, whom `people:` links to an address.
 */
import type { Command, Standing } from '../domain/command.ts'
import { type PersonId, type PersonRef, type RequestId, requestKey } from '../domain/model.ts'
import { saysPhase } from '../domain/phase-words.ts'
import { isRefusal } from '../domain/refusal.ts'
import type { Call } from '../ports.ts'
import { chooseApproval, type Judging } from './choose-approval.ts'
import type { Deps } from './deps.ts'
import { fetchPerson } from './fetch-facts.ts'
import { keepText } from './keep-text.ts'
import { loadRequest } from './load.ts'
import { type Committing, type Transacted, transact } from './transact.ts'

export type HostAct =
  | { readonly act: 'deny' | 'revoke'; readonly id: RequestId; readonly reason: string }
  | { readonly act: 'retry' | 'forget'; readonly id: RequestId }

/** Who may log in here and read the key is an operator, and not by that an approver. */
const STANDING: Standing = { operator: true, approver: [] }

/** Somebody on the host, not linked to anybody: by the name that the operating system has for them. */
export const hostPerson = (ref: string): PersonRef => ({
  id: ref as PersonId,
  via: ref,
  identity: ref,
  name: `${ref.slice(ref.indexOf(':') + 1)} (on the host)`,
})

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

/** Approves it like a button in chat. Rejects with a fault when Redis or a directory does not answer. */
export const approveOnHost = async (
  deps: Committing & Judging,
  { via, id }: { readonly via: string; readonly id: RequestId },
  call: Call,
): Promise<Transacted> => {
  const person = await fetchPerson(deps, via, call)
  if (isRefusal(person)) return { did: 'refuse', refusal: person }
  return transact(deps, {
    load: () => loadRequest(deps.journal, id),
    choose: ({ request, now }) =>
      request === null ? saysPhase(null, 'approve') : chooseApproval(deps, person, { request, now }, call),
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
