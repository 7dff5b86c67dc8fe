/** What may be decided: wishes of people, with the facts they are decided on, and outcomes of the outside world. */
import type { Access, Attempt, PersonRef, PlaceId, PostedAt, Request, TextDigest } from './model.ts'
import type { Refusal } from './refusal.ts'
import type { Draft } from './request.ts'
import type { Look } from './seat.ts'
import type { Happening } from './world.ts'

/** What was found out about the acting person before deciding; each is checked again inside `decide`. */
export interface Standing {
  /** An approver of this request's policy, by present facts; else every reason why not. */
  readonly approver: true | readonly string[]
  readonly operator: boolean
}

/** What the request's policy says of extensions at present. */
export interface ExtensionTerms {
  readonly quorum: number
  readonly lapseMs: number
  readonly most: number
  /** Break-glass: who may sign the review. */
  readonly reviewers?: readonly string[]
}

/** What somebody got by break-glass that nobody has reviewed yet, and how much of it the policy allows. */
export interface Unreviewed {
  readonly open: readonly Request[]
  readonly most: number
}

/** The second check, before the first attempt. */
export type Clearance =
  | { readonly result: 'ok'; readonly access: Access }
  | { readonly result: 'no'; readonly says: string }
  | { readonly result: 'cannot tell'; readonly why: string }

export type Command =
  | {
      readonly do: 'request'
      readonly by: PersonRef
      readonly draft: Draft
      readonly doubts: readonly string[]
      /** Only where the policy is break-glass. */
      readonly unreviewed?: Unreviewed
    }
  | {
      readonly do: 'approve'
      readonly by: PersonRef
      readonly standing: Standing
      /** By present facts: why the request may not be approved at all. */
      readonly objections: readonly string[]
      /** Why nothing may be given now. */
      readonly doubts: readonly string[]
      /** For no longer than this, which must be less than was asked for. */
      readonly atMostMs?: number
    }
  | {
      readonly do: 'deny'
      readonly by: PersonRef
      readonly standing: Standing
      readonly reason: TextDigest | null
    }
  | { readonly do: 'withdraw'; readonly by: PersonRef }
  | { readonly do: 'give back'; readonly by: PersonRef }
  /** The holder wants to see credentials; they are made after this was recorded. */
  | { readonly do: 'reveal'; readonly by: PersonRef }
  | {
      readonly do: 'revoke'
      readonly by: PersonRef
      readonly standing: Standing
      /** Null: by a button, which asks for confirmation instead. */
      readonly reason: TextDigest | null
    }
  | {
      readonly do: 'extend'
      readonly by: PersonRef
      /** Beyond the end as it stands. */
      readonly ms: number
      readonly reason: TextDigest | null
      readonly terms: ExtensionTerms
      readonly objections: readonly string[]
      readonly doubts: readonly string[]
      /** Only where the policy is break-glass. */
      readonly unreviewed?: Unreviewed
    }
  | {
      readonly do: 'approve extension'
      readonly by: PersonRef
      readonly standing: Standing
      /** Which one was decided on: a newer one is another question. */
      readonly n: number
      /** `via` of those whose earlier approval counts by present facts. */
      readonly stillCount: readonly string[]
      /** As the policy says at present; no less than when it was asked. */
      readonly quorum: number
      readonly objections: readonly string[]
      readonly doubts: readonly string[]
    }
  | {
      readonly do: 'deny extension'
      readonly by: PersonRef
      readonly standing: Standing
      readonly n: number
      readonly reason: TextDigest | null
    }
  | {
      readonly do: 'sign'
      readonly by: PersonRef
      /** A reviewer of this request by present facts; else every reason why not. */
      readonly reviewer: true | readonly string[]
      readonly words: TextDigest | null
    }
  /** Somebody wants the next try now, not when the backoff is over. */
  | { readonly do: 'retry'; readonly by: PersonRef; readonly standing: Standing }
  /** What people typed is to be erased; the record of what happened stays. */
  | { readonly do: 'forget'; readonly by: PersonRef; readonly standing: Standing }
  | { readonly do: 'clear'; readonly clearance: Clearance }
  | { readonly do: 'tick' }
  /** The directory says that the requester was deactivated. */
  | { readonly do: 'leave' }
  /** A card stands in a place for the first time. */
  | { readonly do: 'note post'; readonly place: PlaceId; readonly at: PostedAt }
  /** Somebody who is to be told directly cannot be, until somebody mends it. */
  | { readonly do: 'note unreached'; readonly place: PlaceId; readonly why: string }
  /** An operator has access taken away that no grant stands behind, as it was just found in its target. */
  | { readonly do: 'disown'; readonly by: PersonRef; readonly access: Access }
  | { readonly do: 'attempt'; readonly does: Attempt['does'] }
  | {
      readonly do: 'answer'
      /** The seat's version when the call or the look began: anything newer makes the look worthless. */
      readonly basedOn: number
      readonly attempt?: {
        readonly n: number
        readonly outcome: NonNullable<Attempt['outcome']>
        readonly fault?: string
        readonly afterMs?: number
        /** The target will never give this: no more tries. */
        readonly hopeless?: boolean
      }
      readonly look?: Look
      /** As the target that looked names it now. */
      readonly access?: Access
      /** Cleaning up was tried; `left`: what is still there, and why. */
      readonly cleaned?: { readonly left?: string }
    }

export type RequestVerb = Exclude<Command['do'], 'attempt' | 'answer' | 'disown'>
export type CommandOf<V extends Command['do']> = Extract<Command, { readonly do: V }>

/** What happened, in order; or why not. */
export type Decision = readonly Happening[] | Refusal
