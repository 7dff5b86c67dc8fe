/**
 * The nouns of Curfew and the words they go by; every other file speaks in these.
 *
 * person           a human known by one identity across chats and targets
 * requester, approver, operator   who asks; who decides; who runs Curfew and may end any grant
 * target           a system in which access can be given (a database, a directory, a cloud account)
 * directory        a source of people and groups
 * role             what a person can have in a target, with the actions it allows
 * entitlement      one role of one target, written `target/role`
 * account          who a person is inside a target (a database login)
 * seat             the native thing that can be held: this native role of this account in this very system
 * handle           what exactly was given, as the target needs it to take it away again; no secrets
 * attempt          one recorded try to give or take a seat, with the time after which it may no longer land
 * request          a person's ask for an entitlement, for a duration, with a reason
 * policy, condition, fact   who may ask what of whom; one checkable rule; a named input fetched beforehand
 * verdict          what the policies say: allowed, needs approval, refused, each with reasons
 * approval, denial, quorum   one approver's recorded decision; how many distinct approvers are needed
 * grant            the time-bound access that follows an approved request
 * provision, deprovision     make, remove the access in a target
 * expire, give back, revoke  end at the agreed time; early by the holder; early by somebody else
 * lapse, withdraw  a pending request nobody decided in time; one taken back by the requester
 * standing access  access without an end time: what Curfew exists to remove
 * orphan           access under our handle with no grant behind it
 * survey           a look at everything a target has, under our handles and beside them
 * break-glass      emergency: granted at once, shouted about, reviewed afterwards
 * freeze, thaw     an operator lets Curfew give nothing new; ends go on; gives again
 * review, reviewer, sign   the look afterwards, open until somebody else signs it; who may sign it
 * separation of duties   nobody approves or reviews their own request, operators included
 * journal          the append-only record of every event: the truth
 * audit thread     the journal of one request, as people see it
 * delivery         the record of one place in chat where a request is shown
 * notice           the record of one message that is told once in one place and never redrawn
 * digest           the daily summary of one channel; its record holds the day it was last posted for
 * seal, checkpoint   the chain over all entries by their numbers; its value at one of them, to be kept elsewhere
 * mirror           the journal once more, outside Redis
 * alarm            a delayed job: a wake-up call, never the truth
 * gesture, command, question, answer   what a person does in chat; a wish; a look; what they see
 * event, effect    a fact in the journal; a thing the state owes the outside world
 * refusal, fault, bug    the three families of error
 */

declare const brand: unique symbol
/** A string that was checked once and must not be mixed up with another kind of string. */
type Brand<B extends string> = string & { readonly [brand]: B }

/** `R-` and six to ten Crockford base 32 characters, upper case. */
export type RequestId = Brand<'RequestId'>
/** A `people:` entry's e-mail address, else `<chat>:<organisation>/<user>`. */
export type PersonId = Brand<'PersonId'>
export type TargetName = Brand<'TargetName'>
export type RoleName = Brand<'RoleName'>
/** A login inside a target. */
export type Account = Brand<'Account'>
/** Made by a target; holds system, role and account ids, so that renames do not matter. */
export type SeatKey = Brand<'SeatKey'>
/** HMAC-SHA-256 in hex over the record's previous mark, version and body. */
export type Mark = Brand<'Mark'>
/** HMAC-SHA-256 in hex over the seal of the entry before, the number and the mark: one chain over all records. */
export type Seal = Brand<'Seal'>
/** SHA-256 in hex over salt and text: free text enters the journal only as this. */
export type TextDigest = Brand<'TextDigest'>
/** `<chat>:<kind>:<native id>`, e.g. where a card stands; made by {@link placeId}. */
export type PlaceId = Brand<'PlaceId'>
/** Milliseconds since 1970-01-01T00:00:00Z, by Redis time. Names of instants end in `At`. */
export type Instant = number

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export interface Entitlement {
  readonly target: TargetName
  readonly role: RoleName
}

/** A person as recorded with what they did: enough to mention them and to hold separation of duties. */
export interface PersonRef {
  readonly id: PersonId
  /** The identity they acted with, `<chat>:<native id>`; the one to mention and to write to. */
  readonly via: string
  /** The same for ever, `<chat>:<organisation>/<user>`, also when `people:` gives them another id later. */
  readonly identity: string
  readonly name: string
  /** Verified by the directory, lower case. */
  readonly email?: string
  /** Another address the directory has for them: it gives no right, but an equal one is enough to refuse. */
  readonly address?: string
  /** Who they are in other chats, `<chat>:<native id>`, as `people:` stated it then. */
  readonly linked?: readonly string[]
}

/** How long somebody wants access: a length, or until a moment. */
export type Wish =
  | { readonly kind: 'for'; readonly ms: number }
  | { readonly kind: 'until'; readonly at: Instant }

/** Where a request is shown. `thread`: a card with one numbered reply per event; `card`: a card only. */
export interface Place {
  readonly chat: string
  readonly kind: 'card' | 'thread' | 'dm'
  /** A native channel id, or for `dm` a native person id. */
  readonly to: string
}

export const placeId = (place: Place): PlaceId => `${place.chat}:${place.kind}:${place.to}` as PlaceId

/** A place by the reference of its channel or person, `<chat>:<native id>`. */
export const placeOf = (kind: Place['kind'], reference: string): Place => {
  const at = reference.indexOf(':')
  return { kind, chat: reference.slice(0, at), to: reference.slice(at + 1) }
}

export interface PostedAt {
  /** Native address of the channel it stands in (for a `dm`, the conversation that was opened). */
  readonly channel: string
  readonly id: string
}

/** What a target declares about itself; recorded with the seat, so that ends never depend on today's code. */
export interface Traits {
  /** The target can be read back. Without it every sentence says "reported", not "confirmed". */
  readonly readsBack: boolean
  /** It can tell our access from what others gave. */
  readonly tellsOurs: boolean
  /** Revoking also closes open sessions. */
  readonly endsSessions: boolean
  /** It checks `notAfter` itself, so that no call lands late. Without it a seat is looked at once more. */
  readonly checksDeadline: boolean
  /** How long after an attempt its effect may still show up, ms. */
  readonly settlesInMs: number
  /** How long provisioning may take, ms; policies may not ask for less. */
  readonly provisionWithinMs: number
  /** It can show a holder credentials, made anew at each press. */
  readonly reveals?: true
  /** It ends access by itself some time after the end: a second net, moved along when the end moves. */
  readonly nativeExpiry?: true
  /** When access is gone something stays behind that is to be cleaned up, however long that takes. */
  readonly cleansUp?: true
}

/** What a target resolved for an account and a role: the native thing to give, and how to take it away. */
export interface Access {
  readonly seat: SeatKey
  readonly target: TargetName
  readonly account: Account
  /** The login that is made for this grant alone and ends with it, where there is one. */
  readonly made?: string
  readonly handle: Json
  /** Which system this is; access is only given and taken where it still matches. */
  readonly fingerprint: string
  readonly traits: Traits
}

export interface PinnedPolicy {
  readonly name: string
  /** SHA-256 in hex of the policy's canonical content. */
  readonly hash: string
}

export interface Approval {
  readonly by: PersonRef
  readonly at: Instant
}

/** The look afterwards at what was given without an approval. */
export interface Review {
  readonly since: Instant
  /** Said again then, until it is signed. */
  readonly remindAt: Instant
  /** How often something was given: the grant itself, and its extensions since the last signature. */
  readonly covers: number
  readonly signed?: Approval & { readonly words?: TextDigest }
}

export type RequestState = 'pending' | 'approved' | 'denied' | 'lapsed' | 'withdrawn' | 'void'
export type GrantState = 'provisioning' | 'active' | 'ending' | 'ended'
export type EndReason = 'expired' | 'given back' | 'revoked' | 'failed' | 'left'
/** `gone`: read back. `reported gone`: the target cannot be read back. `kept`: another grant holds the seat. */
export type EndHow = 'gone' | 'reported gone' | 'kept'

export interface Grant {
  readonly state: GrantState
  /** The second check has passed and the seat is held; before this a way out is `void`, after it `ending`. */
  readonly cleared: boolean
  readonly endsAt: Instant
  /** Not confirmed by then: taken back, failed. */
  readonly giveUpAt: Instant
  readonly confirmedAt?: Instant
  /** When its holder was told that it ends soon. */
  readonly warnedAt?: Instant
  readonly ending?: {
    readonly because: EndReason
    readonly at: Instant
    readonly by?: PersonRef
    readonly reason?: TextDigest
    readonly says?: string
  }
  readonly ended?: {
    readonly at: Instant
    readonly how: EndHow
    readonly lateMs: number
    readonly keptFor?: RequestId
    readonly until?: Instant
  }
  /** When the next "it is late" is due, while ending. */
  readonly lateAt?: Instant
  /** Access by somebody else's hand, as read back. */
  readonly others?: string
  /** Access was found again after the end. */
  readonly cameBackAt?: Instant
}

/** One aggregate: a request and the grant that follows it share the id and the version. */
export interface Request {
  readonly kind: 'request'
  readonly id: RequestId
  /** How many events are folded in. */
  readonly v: number
  readonly state: RequestState
  readonly entitlement: Entitlement
  readonly actions: readonly string[]
  readonly requester: PersonRef
  readonly wish: Wish
  /** The policy's cap, ms. */
  readonly maxMs: number
  readonly provisionWithinMs: number
  /** How long before its end the holder is told; absent: a share of the duration. */
  readonly warnMs?: number
  readonly reason: TextDigest | null
  readonly policy: PinnedPolicy
  readonly quorum: number
  readonly approvers: readonly string[]
  readonly approvals: readonly Approval[]
  /** Break-glass: who may sign the review, as the policy named them. */
  readonly reviewers?: readonly string[]
  readonly review?: Review
  readonly askedAt: Instant
  readonly lapsesAt: Instant
  readonly access: Access
  readonly places: readonly Place[]
  /** Where the card stands, by place, once posted. */
  readonly posted: Readonly<Record<string, PostedAt>>
  /** Direct messages that could not be sent, and were said to be so. */
  readonly unreached?: readonly PlaceId[]
  readonly closed?: {
    readonly at: Instant
    readonly by?: PersonRef
    readonly reason?: TextDigest
    readonly says?: string
  }
  readonly grant?: Grant
  readonly extensions?: Extensions
  /** When what people typed about it was erased. */
  readonly forgottenAt?: Instant
  /** The second check could not tell: how often, and not again before. */
  readonly retry?: { readonly tries: number; readonly notBefore: Instant; readonly why: string }
}

/** More time for a grant that is active: asked for and decided within its request, under the same policy. */
export interface Extension {
  /** Counted from 1 over all that were asked for. */
  readonly n: number
  /** Beyond the end as it stands. */
  readonly ms: number
  readonly reason: TextDigest | null
  readonly quorum: number
  readonly lapsesAt: Instant
  readonly approvals: readonly Approval[]
  /** Break-glass: more time is reviewed, too. */
  readonly reviewers?: readonly string[]
}

export interface Extensions {
  readonly asked: number
  readonly granted: number
  readonly open?: Extension
}

/** `unknown` is never read as absent. */
export type Seen = 'present' | 'absent' | 'pending' | 'unknown'

export interface Attempt {
  readonly n: number
  readonly does: 'grant' | 'revoke'
  readonly sentAt: Instant
  /** After this instant the call may no longer land. */
  readonly notAfter: Instant
  readonly outcome?: 'ok' | 'refused' | 'unknown'
}

export interface Holder {
  readonly request: RequestId
  readonly giveUpAt: Instant
  readonly active: boolean
}

/** Wanted = it has holders. Holders are cleared grants that are provisioning or active. */
export interface Seat {
  readonly kind: 'seat'
  readonly key: SeatKey
  readonly v: number
  readonly access: Access
  readonly holders: readonly Holder[]
  /** Grants that are ending and wait until the seat is seen to be empty. */
  readonly leaving: readonly RequestId[]
  /** Absent: Curfew never gave it, and an operator had it taken away. */
  readonly lastRequest?: RequestId
  /** All open attempts, and the last closed one of each kind. */
  readonly attempts: readonly Attempt[]
  readonly seen?: {
    readonly ours: Seen
    readonly others: Seen
    readonly note?: string
    readonly at: Instant
    /** At or before the look began. */
    readonly since: Instant
    readonly v: number
  }
  /** Failures in a row, for the backoff, and not again before. */
  readonly tries: number
  readonly notBefore: Instant
  readonly lastFault?: string
  readonly lookAgainAt?: Instant
  /** The access is gone, and what it left behind is still to be cleaned up. */
  readonly cleaning?: {
    readonly tries: number
    readonly notBefore: Instant
    /** What is left, and why, as of the last try. */
    readonly left?: string
  }
  /** Access is there with no grant behind it, and is being taken away. */
  readonly strayed: boolean
}

/** Who an account of a target belongs to: the first person granted it. */
export interface AccountOwner {
  readonly kind: 'account'
  readonly target: TargetName
  readonly account: Account
  readonly v: number
  readonly owner: PersonId
}

/**
 * `r:<request>`, `s:<seat>`, `a:<target>/<account>`, `m:<group>` (its members), `c:<digest>` (of a channel), `f:all`
 * (frozen or not), `o:<target>` (what surveys of it found) are folded from events; `d:<request>/<place>`, `t:<what>/<place>` (what is told there, once) and
 * `u:<person>` (two asks at once must not count the same) are not; `p:<person>` only has entries: refusals.
 */
export type RecordKey = `${'r' | 's' | 'a' | 'd' | 'p' | 'm' | 'c' | 't' | 'u' | 'f' | 'o'}:${string}`

export const requestKey = (id: RequestId): RecordKey => `r:${id}`
export const seatRecordKey = (key: SeatKey): RecordKey => `s:${key}`
export const accountKey = (target: TargetName, account: Account): RecordKey => `a:${target}/${account}`
export const personKey = (id: PersonId): RecordKey => `p:${id}`
export const FREEZE_KEY: RecordKey = 'f:all'
export const unreviewedKey = (id: PersonId): RecordKey => `u:${id}`
export const deliveryKey = (id: RequestId, place: PlaceId): RecordKey => `d:${id}/${place}`
export const groupKey = (ref: string): RecordKey => `m:${ref}`
export const digestKey = (name: string): RecordKey => `c:${name}`
export const surveyKey = (target: string): RecordKey => `o:${target}`
/** `what` is told once in each place, e.g. a group and its version. */
export const noticeKey = (what: string, place: PlaceId): RecordKey => `t:${what}/${place}`
