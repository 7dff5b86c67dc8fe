/**
 * The seams of Curfew: interfaces only, at the height of intents. Deliberately not in it: widgets, SDK
 * types, callbacks between floors, and anything that only one adapter could mean.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { z } from 'zod'
import type { Card } from './domain/cards/card.ts'
import type { Form, Option, Values } from './domain/forms/form.ts'
import type {
  Access,
  Account,
  Instant,
  Json,
  Mark,
  Place,
  PostedAt,
  RecordKey,
  RequestId,
  RoleName,
  Seal,
  SeatKey,
  Seen,
  TextDigest,
  Traits,
} from './domain/model.ts'
import type { Refusal, RefusalCode } from './domain/refusal.ts'

/** Time inside this process. It is never the time of a decision: that comes with every {@link Journal.load}. */
export interface Clock {
  /** Never goes back; only differences mean anything. ms. */
  monotonicMs(): number
  /** Runs once after `ms`; the answer cancels it. Does not keep the process alive. */
  after(ms: number, run: () => void): () => void
}

export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  child(fields: object): Log
}

/** One outside call: a time limit, a fence, an idempotency key. */
export interface Call {
  readonly signal: AbortSignal
  /** The call may not land after this instant (Redis time). */
  readonly notAfter: Instant
  /** ms until `notAfter`, by the monotonic clock since the load: for targets with a clock of their own. */
  left(): number
  readonly key: string
  /**
   * When the access is to end, as things stand (Redis time): for calls that give and for {@link Target.keepUntil}, so that
   * a target with an expiry of its own sets that later.
   */
  readonly endsAt?: Instant
}

// ---------------------------------------------------------------- targets

export interface Target {
  /** What holds for all its access, unless what it resolved says otherwise. */
  readonly traits: Traits
  /** Which system answers, e.g. a system identifier. Reads only. */
  fingerprint(call: Call): Promise<string>
  /** Account and role as ids of the system. Reads only; refuses what can never be given. */
  resolve(
    ask: { role: RoleName; account: Account; request: RequestId },
    call: Call,
  ): Promise<Resolved | Refusal>
  /** Asks for the access; confirms nothing; idempotent. */
  grant(access: Access, call: Call): Promise<void>
  /** Asks for its end, sessions included; "already gone" is success. */
  revoke(access: Access, call: Call): Promise<void>
  /** Alone confirms, on a fresh connection. `ours`: under our handle. `others`: the same access by other hands. */
  inspect(access: Access, call: Call): Promise<{ ours: Seen; others: Seen; note?: string }>
  /** Moves the target's own expiry to after `endsAt`: asked before an end moves, which it does not where this faults. */
  keepUntil?(access: Access, call: Call): Promise<void>
  /** After the end: cleans up what the access left behind. Answers what is still left and why; undefined: nothing. */
  cleanUp?(access: Access, call: Call): Promise<string | undefined>
  /** Credentials for the holder, made for this very press; whoever calls it shows them once and keeps nothing. */
  reveal?(access: Access, call: Call): Promise<Secret>
  /**
   * Everything under our handles, and the same access by other hands and without an end, for orphans and reconciling:
   * each seat at most once with `ours`, and once without, which is named and never touched.
   */
  list(call: Call): AsyncIterable<Listed>
  /** What `doctor` finds: each line says what to do. Empty when all is well. */
  examine(call: Call): Promise<readonly string[]>
  /** The least-privilege recipe that an operator pastes; asks the system what is there already, as `admin` where it can. */
  setup(call: Call, admin?: string): Promise<string>
  /** Runs that recipe with an administrator's own address, which is kept nowhere. Absent: it is run by hand. */
  apply?(call: Call, admin: string): Promise<void>
  close(): Promise<void>
}

/** Access as a target finds it, before it has the name of the target. */
export type Resolved = Omit<Access, 'target' | 'traits'> & Partial<Pick<Access, 'traits'>>

/** Access that somebody has in a target. */
export interface Listed {
  readonly seat: SeatKey
  readonly handle: Json
  readonly account: Account
  /** Under our handle, whoever put it there. */
  readonly ours: boolean
  /** What holds for it, where that is not what holds for all access of the target. */
  readonly traits?: Traits
  /** By which path it is held, and by whose hand. */
  readonly note?: string
}

/** What a holder needs to use their access, such as a user and a password. */
export type Secret = readonly { readonly label: string; readonly value: string }[]

/** What every target's settings share; a kind's schema extends it. */
export interface TargetSettings {
  readonly kind: string
  /** Template or fixed rule for who a person is there, e.g. `{email.local}`; absent: only `people:` says. */
  readonly account?: string | undefined
  readonly provisionWithin?: number | undefined
  readonly roles: Readonly<
    Record<
      string,
      { readonly actions?: readonly string[] | undefined; readonly provisionWithin?: number | undefined }
    >
  >
}

// ---------------------------------------------------------------- directories

/** A person as a directory knows them now. */
export interface DirectoryPerson {
  /** `<system>:<native id>`, e.g. the reference to mention. */
  readonly ref: string
  /** Organisation (workspace, tenant) and id, `<system>:<org>/<user>`. */
  readonly identity: string
  readonly name: string
  /** Verified, lower case. */
  readonly email?: string
  /** IANA name. */
  readonly zone?: string
  /** `local`: nobody vouches for who that is; they count only where `people:` links them to an address. */
  readonly standing: 'member' | 'guest' | 'bot' | 'deactivated' | 'stranger' | 'local'
}

export interface Directory {
  /** `undefined`: nobody by that reference. `ref` is `<system>:<id>` or an e-mail address. At most 60 s old. */
  person(ref: string, call: Call): Promise<DirectoryPerson | undefined>
  /** References of the members of a group, `<system>:<id>`. At most 60 s old. */
  members(group: string, call: Call): Promise<readonly string[]>
  /** Drops what is remembered of a person or a group: whoever asks from now on is told afresh. */
  forget(ref: string): void
  close(): Promise<void>
}

/** A hint that something about somebody changed. It is never trusted for what: the directory is asked afresh. */
export interface DirectoryChange {
  readonly kind: 'person' | 'group'
  /** `<system>:<native id>` */
  readonly ref: string
}

// ---------------------------------------------------------------- chats

/** What a person did, verified by the adapter: signature, organisation, freshness. */
export interface Gesture {
  /** The platform's own id of this very gesture: a replay carries the same. */
  readonly id: string
  readonly chat: string
  /** `<chat>:<native id>` of who did it. */
  readonly actor: string
  /** `<chat>:<native id>` of the channel it was done in, where there is one. */
  readonly channel?: string
  /** `<chat>:<native id>` of the group whose channel that is, where channels are some group's. */
  readonly group?: string
  /** The IANA name of the zone that their device is in, where the chat says it. */
  readonly zone?: string
  readonly does:
    | { readonly kind: 'words'; readonly text: string; readonly mentions: readonly Mention[] }
    | { readonly kind: 'press'; readonly verb: string; readonly value: string }
    /** A form: wished for without words, redrawn after a choice, or sent. `about` is as the form carried it. */
    | { readonly kind: 'open'; readonly form: string }
    | ({ readonly kind: 'change' | 'submit' } & Filled)
    /** The place where somebody sees what is theirs was opened. */
    | { readonly kind: 'home' }
    /** Somebody types into a search field. */
    | ({ readonly kind: 'search'; readonly field: string; readonly text: string } & Filled)
}

/** A form as it came back: nothing in it is more than a claim. */
export interface Filled {
  readonly form: string
  readonly about: string
  readonly values: Values
}

/** Somebody or something that was mentioned, as the platform knows it: `<chat>:<native id>`, and its name there. */
export interface Mention {
  readonly ref: string
  readonly name: string
}

/** What the person sees, privately. */
export type Answer =
  /** After a form was sent `blames` says which of its fields is wrong; the card says the same. */
  | { readonly card: Card; readonly blames?: Readonly<Record<string, string>> }
  | { readonly form: Form }
  | { readonly options: readonly Option[] }

export type Posted = PostedAt

/** Where a message goes: a place's card, or a line in the thread under a card. */
export interface Destination {
  readonly place: Place
  readonly under?: Posted
}

export interface Chat {
  send(to: Destination, card: Card, key: string, call: Call): Promise<Posted>
  /** Redraws what stands there for this place. */
  update(place: Place, at: Posted, card: Card, call: Call): Promise<'done' | 'gone'>
  /** After an unknown outcome, before sending again. */
  find(to: Destination, key: string, since: Instant, call: Call): Promise<Posted | 'absent' | 'cannot tell'>
  /** Draws somebody's own page anew, where the chat has one; `person`: a native id. */
  showHome(person: string, card: Card, call: Call): Promise<void>
  /** What `doctor` finds about the connection and each place: every line says what to do. */
  examine(places: readonly Place[], call: Call): Promise<readonly string[]>
  close(): Promise<void>
}

// ---------------------------------------------------------------- journal

export type { RecordKey } from './domain/model.ts'

/** A stored record: its version (0 = does not exist), its chain's last mark, its state as JSON. */
export interface Stored {
  readonly key: RecordKey
  readonly v: number
  readonly mark: Mark | null
  readonly state: Json
}

/** One event as it stands in the journal. The number is given by the journal. */
export interface Entry {
  readonly n: number
  readonly record: RecordKey
  readonly v: number
  readonly at: Instant
  readonly event: Json
  readonly mark: Mark
}

/** The journal up to entry `n`, as one value: whoever keeps it elsewhere can tell any later rewrite. */
export interface Checkpoint {
  readonly n: number
  readonly seal: Seal
  /** When it was sealed. */
  readonly at: Instant
}

/** Where the journal stands once more, outside Redis. */
export type MirrorSettings =
  /** An absolute path. */
  { readonly folder: string } | { readonly database: { readonly url: string; readonly table: string } }

/** How far the mirror is, as whoever writes it says in Redis. */
export interface MirrorStatus {
  /** The last entry in it. */
  readonly n: number
  /** When that was said. */
  readonly at: Instant
  /** Entries that it lacks. */
  readonly behind: number
  /** Why it does not follow, if so. */
  readonly trouble?: string
}

/**
 * `records`: journal work. `take`/`give` lanes carry a target's name, `chat` lanes a chat's and who is waiting. Nobody
 * claims a `state` lane: what stands there is counted, by the instant at which it should be over.
 */
export type Lane =
  | 'records'
  | `take:${string}`
  | `give:${string}`
  | `chat:${string}`
  | `state:${'pending' | 'giving' | 'active' | 'ending'}`

/** One all-or-nothing change, with every version it was decided on. */
export interface Change {
  /** Decided at this instant; refused as stale when that is too long ago. */
  readonly at: Instant
  readonly reads: readonly { readonly key: RecordKey; readonly v: number }[]
  readonly writes: readonly Stored[]
  /** Records that are closed leave the set of live ones. */
  readonly live: readonly { readonly key: RecordKey; readonly live: boolean }[]
  readonly due: readonly { readonly lane: Lane; readonly key: RecordKey; readonly at: Instant | null }[]
  readonly entries: readonly Omit<Entry, 'n'>[]
  /** Free text beside its digests, erasable. */
  readonly texts: readonly {
    readonly record: RecordKey
    readonly digest: TextDigest
    readonly salt: string
    readonly text: string
  }[]
  /** Records of which all text is erased. */
  readonly erases?: readonly RecordKey[]
  /** Indexes of records by somebody's name: unversioned, only ever used to find, never to decide. */
  readonly sets: readonly { readonly set: string; readonly member: string; readonly has: boolean }[]
  /** A gesture's own id with the answer a replay gets. */
  readonly gesture?: { readonly id: string; readonly answer: Json }
  /** Ends, looks and take-backs: they commit even when memory is full. */
  readonly ends: boolean
}

export type Committed =
  | { readonly kind: 'ok'; readonly now: Instant; readonly n: number }
  /** Somebody else was first: load and decide again. */
  | { readonly kind: 'stale' }
  /** This gesture was answered before. */
  | { readonly kind: 'seen'; readonly answer: Json }
  /** Redis is too full for new work; ends still commit. */
  | { readonly kind: 'full' }

/** What is in the journal, in numbers. */
export interface Glance {
  readonly now: Instant
  /** The clock of Redis as it stands; `now` may be ahead of it. */
  readonly time: Instant
  /** How many records stand in each lane. */
  readonly lanes: ReadonlyMap<Lane, number>
  /** Grants that should have been over for more than `TROUBLED_AFTER_MS`. */
  readonly late: number
  /** When the first of all unended grants should be over; null: there is none. */
  readonly nextEndAt: Instant | null
  /** Used of `maxmemory`, from 0 to 1; null: it has no limit. */
  readonly memoryShare: number | null
}

export interface Journal {
  /** A consistent read of records and of Redis time; `seen` is the stored answer of a gesture. */
  load(
    keys: readonly RecordKey[],
    gesture?: string,
  ): Promise<{ now: Instant; records: ReadonlyMap<RecordKey, Stored>; seen?: Json }>
  /** Changes that are waiting travel together, each on its own merits. */
  commit(change: Change): Promise<Committed>
  /** What is due now, leased for {@link LEASE_MS}: the score moves ahead, nothing else does. */
  claimDue(
    lanes: readonly { lane: Lane; atMost: number }[],
  ): Promise<{ now: Instant; claimed: readonly { lane: Lane; record: Stored }[]; nextAt: Instant | null }>
  /** Renews the lease of what is being worked on. */
  hold(work: readonly { lane: Lane; key: RecordKey }[]): Promise<void>
  /** Puts a due time back as it stands in the record, unless the record moved on. */
  release(lane: Lane, key: RecordKey, v: number, at: Instant | null): Promise<void>
  /** A record's own chain, oldest first. */
  entries(key: RecordKey): Promise<readonly Entry[]>
  texts(key: RecordKey): Promise<ReadonlyMap<TextDigest, string>>
  /** Members of an index written by {@link Change.sets}, unordered. */
  members(set: string): Promise<readonly string[]>
  /** The requests that such an index names, unordered, as one consistent read. */
  requestsIn(set: string): Promise<{ now: Instant; records: readonly Stored[] }>
  /** Keys of all records that are not closed. */
  live(): Promise<readonly RecordKey[]>
  /** Compares the index of due times with the live records; rebuilds what was lost by `dueOf`. Answers how many. */
  mend(
    dueOf: (record: Stored) => readonly { lane: Lane; key: RecordKey; at: Instant | null }[],
  ): Promise<number>
  /** The last entry that was sealed, at most a second behind the commits; null when nothing was sealed yet. */
  checkpoint(): Promise<Checkpoint | null>
  /** Null when no mirror was ever written. */
  mirror(): Promise<MirrorStatus | null>
  /** Costs the same however much there is. Rejects with a fault. */
  glance(): Promise<Glance>
  /** Waits until what this process committed is durable, in the first way Redis offers. Rejects with a fault. */
  durable(): Promise<void>
  /** Why nothing may be given now, if so: a full Redis, a journal that lost entries, a clock that jumped. */
  doubts(): readonly string[]
  close(): Promise<void>
}

/** The journal as it stands in its mirror. Everything rejects with a fault. */
export interface Archive {
  /** Every entry, in order, a page at a time; a fault at the first that cannot be read. */
  entries(): AsyncIterable<readonly Entry[]>
  /** What people typed and nobody erased. */
  texts(): AsyncIterable<Change['texts']>
}

/** A record with its place in the indexes. */
export interface Indexed {
  readonly record: Stored
  readonly live: boolean
  readonly due: Change['due']
  readonly sets: Change['sets']
}

/** An empty Redis that is being filled. Everything rejects with a fault. */
export interface Rebuild {
  /** Redis time. A permanent fault when there is a journal already, or somebody at work on one. */
  begin(): Promise<Instant>
  /** Entries up to `upTo` only count for the chains: what they are about may have left. */
  entries(page: readonly Entry[], upTo: number): Promise<void>
  texts(page: Change['texts']): Promise<void>
  records(page: readonly Indexed[]): Promise<void>
  /** From here on it is a journal. */
  finish(): Promise<void>
}

/** Wake-up calls in the distance; late or lost ones only cost the next sweep. */
export interface Alarms {
  /** Somebody will call `wake` at this whole second. */
  at(instant: Instant): Promise<void>
  close(): Promise<void>
}

// ---------------------------------------------------------------- watching

/** A piece of work, and whose story it belongs to. No words that people typed, and no names of people. */
export interface Step {
  /** One of a few words, such as `gesture` or `revoke`. */
  readonly does: string
  /** What it is about, the one most concerned first; none: it turns out, or it is about none. */
  readonly requests: readonly RequestId[]
}

/** Looks on, for figures and traces: changes nothing, throws nothing of its own, and nobody waits for it. */
export interface Monitor {
  step<T>(step: Step, run: () => Promise<T>): Promise<T>
  refused(code: RefusalCode): void
}

// ---------------------------------------------------------------- plug-ins

export interface Tools {
  readonly log: Log
  readonly clock: Clock
}

/** A variable of the environment, as somebody who sets Curfew up is told of it. */
export interface Variable {
  readonly name: string
  /** What it is, and where to get it or how to make it. */
  readonly says: string
  /** It works without. */
  readonly optional?: true
}

/** What is wrong with something written, and what would help. */
export interface Wrong {
  readonly says: string
  readonly hint: string
}

/** Something `init` asks; the answer goes into the first config. */
export interface Question {
  /** Also the flag that answers it: `--key ANSWER`. */
  readonly key: string
  readonly asks: string
  readonly byDefault?: string
  judge(answer: string): Wrong | undefined
}

/** What stands in a file, and what is said about it behind a `#`. */
export type YamlLine = readonly [code: string, says?: string]

/** The first target of a new config. */
export interface TargetStarter {
  /** Settings that stand in for those whose variables are missing, so that the rest can be checked; at this host. */
  sample(host: string): Readonly<Record<string, string>>
  readonly questions: readonly Question[]
  /** Its settings, line by line. `variable` makes names of the environment: `URL` to `ORDERS_DB_URL`. */
  write(
    answers: Readonly<Record<string, string>>,
    names: { readonly role: string; variable(word: string): string },
  ): { readonly lines: readonly YamlLine[]; readonly variables: readonly Variable[] }
}

/** What somebody who sets a chat up needs to know. */
export interface ChatStarter {
  readonly variables: readonly Variable[]
  /** Where the ids of channels and groups are found, in one sentence. */
  readonly finding: string
  /** Looks ids up by the names that people see, where the environment has what that takes. */
  lookUp?(env: Readonly<Record<string, string | undefined>>, tools: Tools): LookUp | undefined
}

/** `#channel` or `@group` to its reference; `undefined` when there is none. Rejects with faults. */
export type LookUp = (name: string, call: Call) => Promise<string | undefined>

/** What the registry lists for a kind of target. */
export interface TargetKind<S extends TargetSettings = TargetSettings> {
  readonly kind: string
  readonly settings: z.ZodType<S>
  /** By role: equal strings (also across targets) would make the same seat; from settings alone. */
  seatHints(settings: S): Readonly<Record<string, string>>
  readonly starter?: TargetStarter
  /** Connects lazily: no I/O before the first call. */
  connect(name: string, settings: S, tools: Tools): Target
}

/** Settings found in the environment, what is missing of them, or nothing at all. */
export type FromEnv<S> = { readonly settings: S } | { readonly missing: readonly string[] } | undefined

/** Handles a path of the bot's one HTTP server. */
export type Route = (request: IncomingMessage, response: ServerResponse) => void

export interface ChatKind<S = unknown> {
  readonly kind: string
  readonly starter?: ChatStarter
  fromEnv(env: Readonly<Record<string, string | undefined>>): FromEnv<S>
  /** Loads what is large, which keeps the processor for a while: before anything is waited for. */
  prepare?(): Promise<void>
  /**
   * Rejects with a permanent fault when the credentials are refused. Without `receiving` it only sends, and takes
   * no gesture away from those who answer them.
   */
  connect(settings: S, tools: Tools & { readonly receiving?: Receiving }): Promise<Chat>
}

/** Where a chat hands in what people do, already verified. */
export interface Receiving {
  on(gesture: Gesture): Promise<Answer>
  /** Whether a gesture asks for a form: its title, so that something can stand there at once. Looks nothing up. */
  expectsForm(gesture: Gesture): string | undefined
  /** For chats that hear of changes in their directory; hints may come twice, late, in any order, or never. */
  changed(what: DirectoryChange): void
  /** For chats that call us: a path of the bot's one HTTP server. */
  route(path: string, handle: Route): void
}

export interface DirectoryKind<S = unknown> {
  /** The system part of its references. */
  readonly kind: string
  fromEnv(env: Readonly<Record<string, string | undefined>>): FromEnv<S>
  /** What a native id names, by its form alone. */
  classify(id: string): 'person' | 'group' | 'channel' | undefined
  /** What ids look like here, in a sentence for whoever wrote one that is none. */
  readonly forms?: string
  connect(settings: S, tools: DirectoryTools): Directory
}

export interface DirectoryTools extends Tools {
  /** Native ids of the channels of this system that the config names now: whoever is in them can be looked up there. */
  channels(): readonly string[]
}

export interface HostPort {
  readonly host: string
  readonly port: number
}

/** PEM text. Without `ca` the authorities count that Node trusts. */
export interface RedisTls {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

/** Where Redis is, and who Curfew is there. */
export type RedisAddress = (
  | { readonly path: string }
  | HostPort
  | {
      /** Any of them knows which server is the master called `name`. */
      readonly sentinels: readonly HostPort[]
      readonly name: string
      readonly sentinelUsername?: string
      readonly sentinelPassword?: string
    }
  /** Any of these nodes knows who owns Curfew's slot. */
  | { readonly cluster: readonly HostPort[] }
) & {
  readonly username?: string
  readonly password?: string
  readonly db?: number
  readonly tls?: RedisTls
}
