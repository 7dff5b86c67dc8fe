/**
 * What a condition is: one checkable rule with its own parameters, pure. A policy lists conditions in `when`
 * (does it match at all?) and `require` (must hold, or the request is refused with all that failed).
 */
import type { z } from 'zod'
import type { Entitlement, Instant, Wish } from './model.ts'

/** What is being asked for, as conditions see it. */
export interface Ask {
  readonly now: Instant
  readonly entitlement: Entitlement
  readonly wish: Wish
  /** The words the person typed. */
  readonly reason: string
}

/** `failed` = could not be evaluated: means no, and is told apart. */
export type Finding =
  | { readonly result: 'satisfied' }
  | { readonly result: 'unsatisfied' | 'failed'; readonly says: string; readonly hint?: string }

/** What a form asks for so that a condition can hold; the words are put in front of the reason. */
export interface AskedFor {
  readonly label: string
  readonly hint?: string
}

export interface Condition<P = unknown> {
  /** The key in `when:` and `require:`. */
  readonly kind: string
  readonly params: z.ZodType<P>
  check(params: P, ask: Ask): Finding
  /** A field of its own in the form, where the condition is about words that people type. */
  asksFor?(params: P): AskedFor
}

/** A condition with its parameters bound, as a policy holds it. */
export interface BoundCondition {
  readonly kind: string
  /** Parsed parameters, for the policy's hash and for showing. */
  readonly params: unknown
  readonly asksFor?: AskedFor
  check(ask: Ask): Finding
}

/** Binds parsed parameters to a condition. */
export const bind = <P>(condition: Condition<P>, params: P): BoundCondition => ({
  kind: condition.kind,
  params,
  ...(condition.asksFor && { asksFor: condition.asksFor(params) }),
  check: (ask) => condition.check(params, ask),
})
