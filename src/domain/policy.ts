import type { BoundCondition } from './condition.ts'
import type { Reference } from './people.ts'

/** One policy with all defaults filled in. Durations in ms. */
export interface Policy {
  readonly name: string
  /** SHA-256 in hex of its canonical content; see {@link hashPolicy}. */
  readonly hash: string
  readonly effect: 'allow' | 'deny'
  /** `target/role` with `*` for any run of characters except `/`. */
  readonly entitlements: readonly string[]
  readonly requesters: readonly Reference[]
  readonly approvers: readonly Reference[]
  /** Break-glass: who has to look at it afterwards. */
  readonly review?: {
    readonly by: readonly Reference[]
    /** How much somebody may have of it before they did. */
    readonly mostUnreviewed: number
  }
  readonly quorum: number
  readonly defaultMs: number
  readonly maxMs: number
  readonly lapseMs: number
  readonly provisionWithinMs?: number
  /** Absent: a share of the duration. */
  readonly warnMs?: number
  /** How often a grant may be extended. */
  readonly maxExtensions: number
  readonly reasonMinLength: number
  /** Channel references, `<chat>:<native id>`. */
  readonly channels: readonly string[]
  readonly when: readonly BoundCondition[]
  readonly require: readonly BoundCondition[]
}
