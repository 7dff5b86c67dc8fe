/** The machine of an account's owner: the first person granted an account of a target owns it. */
import type { Access, Account, AccountOwner, Instant, PersonId, PersonRef, TargetName } from './model.ts'
import { splitNative } from './reference.ts'

export interface OwnerEvent {
  readonly type: 'owned'
  readonly at: Instant
  readonly target: TargetName
  readonly account: Account
  readonly owner: PersonId
}

/** The login by which an access is used: made for it, or the person's own. */
export const loginOf = ({ made, account }: Pick<Access, 'made' | 'account'>): string => made ?? account

/** Whether an account is this person's, or nobody's yet: by their id, or by the one they had before `people:` named them. */
export const mayHave = (
  owner: AccountOwner | null,
  { id, identity, linked = [] }: Pick<PersonRef, 'id' | 'identity' | 'linked'>,
): boolean =>
  owner === null || owner.owner === id || owner.owner === identity || linked.some(isIn(owner.owner))

/** A link names no organisation, as `people:` does not. */
const isIn =
  (identity: string) =>
  (ref: string): boolean => {
    const [system, native] = splitNative(ref)
    return identity.startsWith(`${system}:`) && identity.endsWith(`/${native}`)
  }

export const evolveOwner = (owner: AccountOwner | null, event: OwnerEvent): AccountOwner => {
  if (owner !== null) throw new Error('an account cannot change hands')
  return { kind: 'account', v: 1, target: event.target, account: event.account, owner: event.owner }
}
