/** What both ways of hearing from Slack, signed HTTP and sockets, are to the rest of the plug-in. */
import type { Receiver } from '@slack/bolt'
import type { Clock, Log, Receiving } from '../../ports.ts'

export interface Doorway {
  /** Bolt's side of it. */
  readonly receiver: Receiver
  /** From here on deliveries come. Rejects with a permanent fault when Slack refuses the credentials. */
  open(): Promise<void>
  /** Lets nothing new in; `drained` resolves when what came in was answered, or has had its time. */
  close(drained: Promise<void>): Promise<void>
}

export interface DoorwayTools {
  readonly log: Log
  readonly clock: Clock
  readonly route: Receiving['route']
}
