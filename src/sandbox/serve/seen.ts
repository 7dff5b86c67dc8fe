/** What the page is shown: plain data, whole after every change. Shared by the page and its server, types only. */
import type { Block, Fields, Values } from '../slack/model.ts'

export interface SeenPerson {
  readonly id: string
  /** What they type to be mentioned. */
  readonly name: string
  readonly real: string
  readonly job: string
  readonly tz: string
}

export interface SeenMessage {
  readonly ts: string
  /** Who said it; the bot's name is Curfew. */
  readonly user: string
  readonly isBot: boolean
  readonly text: string
  readonly blocks?: readonly Block[]
  /** Only this person sees it. */
  readonly ephemeral?: true
  readonly edited?: true
  /** A reply that is also shown in the channel. */
  readonly broadcast?: true
  readonly replies?: readonly SeenMessage[]
}

export interface SeenChannel {
  readonly id: string
  readonly name: string
  readonly kind: 'public' | 'private' | 'dm'
  readonly hasBot: boolean
  /** Oldest first. */
  readonly messages: readonly SeenMessage[]
  /** How many older ones are not sent. */
  readonly older: number
}

export interface SeenView {
  readonly id: string
  readonly title: Fields | null
  readonly submit: Fields | null
  readonly close: Fields | null
  readonly blocks: readonly Block[]
  readonly values: Values
  readonly hash: string
  /** By block id. */
  readonly errors: Readonly<Record<string, string>>
  readonly trouble?: string
}

/** Access as the journal has it, for the countdown. */
export interface SeenGrant {
  readonly id: string
  readonly entitlement: string
  readonly state: string
  readonly endsAt: number
}

export interface Seen {
  readonly person: string
  readonly channels: readonly SeenChannel[]
  readonly home?: SeenView
  readonly modal?: SeenView
  readonly grants: readonly SeenGrant[]
  /** Whether they have a login in the database. */
  readonly hasLogin: boolean
}

export interface Frame {
  /** Of this very server: another one means that it was started anew. */
  readonly server: string
  /** ms since 1970, ahead of this machine by `aheadMs`. */
  readonly now: number
  readonly aheadMs: number
  /** When the next access ends, whoever holds it. */
  readonly nextEndAt?: number
  readonly bot: 'up' | 'starting' | 'down'
  readonly team: string
  readonly people: readonly SeenPerson[]
  /** Names by id, of everybody and everything that can be mentioned. */
  readonly names: Readonly<Record<string, string>>
  /** By person's id, of those that were asked for. */
  readonly seen: Readonly<Record<string, Seen>>
}

export interface Rows {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Rows in all, where not all are sent. */
  readonly count: number
  /** e.g. `SELECT`, `UPDATE`. */
  readonly command: string
}

/** What happened to something that a person did. */
export type Done =
  | { readonly ok: true; readonly rows?: Rows; readonly options?: readonly { value: string; text: string }[] }
  | { readonly ok: false; readonly error: string }
