/** Who is who, and the sentences for those who may not: shared by all that people do. */
import { type Frozen, sayFrozen } from './freeze.ts'
import type { PersonRef, Request } from './model.ts'
import { type Refusal, refuse } from './refusal.ts'

/** The very person, as stated or by the same identity: only this lets somebody end what is theirs. */
export const isSelf = (a: PersonRef, b: PersonRef): boolean => a.id === b.id || a.identity === b.identity

/** Perhaps one human: an equal address or a link, whoever stated it and when, is enough to refuse, and never to allow. */
export const isSamePerson = (a: PersonRef, b: PersonRef): boolean =>
  isSelf(a, b) || namesOf(a).some((name) => namesOf(b).includes(name))

const namesOf = ({ id, via, email, address, linked = [] }: PersonRef): readonly string[] =>
  [id, via, email, address, ...linked].filter((name) => name !== undefined)

export const ownRequest = (): Refusal =>
  refuse('own-request', 'Nobody approves their own request, operators included.', 'Ask another approver.')

export const notAnApprover = (request: Request, why: true | readonly string[]): Refusal =>
  refuse(
    'not-an-approver',
    ['You are not an approver of this request.', ...(why === true ? [] : why)].join(' '),
    request.approvers.length === 0 ? undefined : `It can be decided by: ${request.approvers.join(', ')}.`,
  )

export const notYours = (request: Request, what: string, instead: string): Refusal =>
  refuse('not-yours', `Only ${request.requester.name} can ${what}.`, `Approvers and operators: ${instead}`)

/** Why nothing may be given in this world; undefined: nothing speaks against it. */
export const refuseGiving = (
  { frozen }: { readonly frozen?: Frozen },
  doubts: readonly string[],
): Refusal | undefined => {
  const all = [...(frozen === undefined ? [] : [sayFrozen(frozen)]), ...doubts]
  if (all.length === 0) return undefined
  return refuse(
    'not-giving',
    `Curfew gives nothing at the moment: ${all.join(' ')}`,
    'Running access still ends on time. Ask an operator.',
  )
}
