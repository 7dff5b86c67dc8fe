/** What the checker saw, and when: facts only. */

/** A journal entry as it stands in Redis. */
export interface Entry {
  readonly n: number
  readonly record: string
  readonly at: number
  readonly event: Readonly<Record<string, unknown>> & { readonly type: string }
}

/** One uninterrupted time in which somebody was seen to have our role, by the checker's clock; Redis stands beside it. */
export interface Stay {
  readonly account: string
  readonly from: number
  /** When it was seen the last time. */
  readonly to: number
}

/** A time in which this machine gave a process far less than it asked for: nothing can be said about how late anything was. */
export interface Stall {
  readonly from: number
  readonly to: number
}

/** One place in chat where a request is shown. */
export interface Shown {
  /** `dbas`, `audit`, or a person's name. */
  readonly where: string
  /** How many messages are the card of this request. */
  readonly cards: number
  /** The numbers of the lines under it, as they stand. */
  readonly lines: readonly number[]
}

export interface Observed {
  readonly at: number
  readonly entries: readonly Entry[]
  readonly stays: readonly Stay[]
  readonly stalls: readonly Stall[]
  /** Who has our role now, by the catalog. */
  readonly holders: readonly string[]
  /** Who has the role itself now, by the database's own administrator. */
  readonly standing: readonly string[]
  /** Who could read the orders just now, tried as themselves. */
  readonly readers: readonly string[]
  /** By request. */
  readonly shown: Readonly<Record<string, readonly Shown[]>>
}
