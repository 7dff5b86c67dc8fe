/**
 * Refusals: what Curfew will not do, as values that are told to the person and never retried.
 * Each carries a code for tests and metrics, a sentence, and a hint that says what would help.
 */

export type RefusalCode =
  | 'unknown-command'
  | 'unknown-entitlement'
  | 'unknown-id'
  | 'bad-duration'
  | 'bad-zone'
  | 'bad-reason'
  | 'too-long'
  | 'not-allowed'
  | 'own-request'
  | 'not-an-approver'
  | 'not-a-reviewer'
  | 'not-reviewed'
  | 'not-yours'
  | 'not-an-operator'
  | 'already-asked'
  | 'already-approved'
  | 'already-decided'
  | 'not-started'
  | 'already-ending'
  | 'already-over'
  | 'no-account'
  | 'account-taken'
  | 'target-refused'
  | 'not-a-member'
  | 'not-linked'
  | 'not-giving'
  | 'ambiguous'
  | 'busy'
  | 'unavailable'

export interface Refusal {
  readonly refused: RefusalCode
  /** One sentence for the person. */
  readonly says: string
  /** What would help; ends with the shortest command that would have worked, where there is one. */
  readonly hint?: string
  /** In a form: which field is to blame for what. */
  readonly fields?: Readonly<Record<string, string>>
}

export const refuse = (refused: RefusalCode, says: string, hint?: string): Refusal =>
  hint === undefined ? { refused, says } : { refused, says, hint }

export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'refused' in value
