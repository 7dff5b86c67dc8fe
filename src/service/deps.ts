/** Everything the verbs of the service work with; put together once, in app.ts. */
import type { PersonId, Request } from '../domain/model.ts'
import type { Rules } from '../domain/rules.ts'
import type { Alarms, Chat, Clock, Directory, Journal, Log, Monitor, Target } from '../ports.ts'
import type { Gate } from './open-gates.ts'

/** Why nothing, or nothing of one target, may be given now. Ends never ask. */
export interface Posture {
  /** Sentences; empty: all is well. Without a target: what holds for all of them. */
  doubts(target?: string): readonly string[]
}

export interface Deps {
  readonly journal: Journal
  readonly alarms: Alarms
  readonly targets: ReadonlyMap<string, Target>
  readonly chats: ReadonlyMap<string, Chat>
  readonly directories: ReadonlyMap<string, Directory>
  /** Whether a native reference names a group, by its form alone. */
  isGroup(reference: string): boolean
  /** Whether it names a channel. */
  isChannel(reference: string): boolean
  readonly rules: Rules
  readonly posture: Posture
  readonly clock: Clock
  readonly log: Log
  readonly monitor: Monitor
  /** The key of the marks. */
  readonly key: string
  random(bytes: number): Uint8Array
  /** Where people's questions to this target wait their turn. */
  gateOf(target: string): Gate
  /** These requests were changed by a commit of this process: their views that nobody owes may be drawn anew. */
  changed(requests: readonly Request[]): void
  /** Something is due: look now. */
  wake(): void
  /** Whether one more refusal of this person is worth an entry in the journal. */
  mayRecordRefusal(person: PersonId): boolean
  /** Whether this person may have credentials made once more in this minute. */
  mayReveal(person: PersonId): boolean
}
