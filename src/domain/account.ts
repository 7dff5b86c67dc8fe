/** The machine of an account's owner: the first person granted an account of a target owns it. */
import type { Account, AccountOwner, Instant, PersonId, TargetName } from './model.ts'

export interface OwnerEvent {
  readonly type: 'owned'
  readonly at: Instant
  readonly target: TargetName
  readonly account: Account
  readonly owner: PersonId
}

export const evolveOwner = (owner: AccountOwner | null, event: OwnerEvent): AccountOwner => {
  if (owner !== null) throw new Error('an account cannot change hands')
  return { kind: 'account', v: 1, target: event.target, account: event.account, owner: event.owner }
}
