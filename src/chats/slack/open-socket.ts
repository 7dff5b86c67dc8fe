/**
 * One socket to Slack, open until it is gone. The SDK's own reconnecting stays off: it waits for seconds, and gives up for
 * good when the network fails.
 */
import type { ReceiverEvent } from '@slack/bolt'
import { SocketModeClient } from '@slack/socket-mode'
import { Fault } from '../../domain/fault.ts'
import type { Clock, Log } from '../../ports.ts'
import type { SlackSettings } from './settings.ts'
import { translate } from './to-fault.ts'
import { bridgeLogger, clientOptions } from './web-client.ts'

export interface Socket {
  /** Resolves when nothing comes through it any more. */
  readonly gone: Promise<void>
  close(): Promise<void>
}

export type Take = (event: ReceiverEvent) => Promise<void>

interface Tools {
  readonly log: Log
  readonly clock: Clock
  readonly take: Take
}

/** From asking for an address to Slack's hello, ms. */
const OPEN_MS = 15_000
const CLOSE_MS = 1_000
/** What the SDK calls a message on the socket. */
const MESSAGE = 'ws_message'

/** Rejects with a permanent fault when the app token is refused, with a retry fault when Slack is not there. */
export const openSocket = async (settings: SlackSettings, { log, clock, take }: Tools): Promise<Socket> => {
  if (settings.receives.by !== 'sockets') throw new Error('no app token')
  const client = new SocketModeClient({
    appToken: settings.receives.appToken,
    autoReconnectEnabled: false,
    logger: bridgeLogger(log),
    clientOptions: clientOptions(settings, log),
  })
  surviveNonsense(client, log)
  client.on('slack_event', ({ body, ack, retry_num, retry_reason }) => {
    void take({ body, ack, retryNum: retry_num, retryReason: retry_reason })
  })
  const close = (): Promise<void> => within(CLOSE_MS, clock, client.disconnect())
  try {
    await translate({ writes: false, asApp: true }, () => within(OPEN_MS, clock, client.start()))
  } catch (thrown) {
    void close().catch(() => undefined)
    throw thrown
  }
  return { gone: new Promise((resolve) => client.once('disconnected', () => resolve())), close }
}

/**
 * The SDK reads an envelope in an async listener that nobody waits for: one without an event, or of the type `error`, would
 * end the process.
 */
const surviveNonsense = (client: SocketModeClient, log: Log): void => {
  const sayNonsense = (err: unknown): void => log.warn({ err }, 'an envelope that makes no sense')
  const readers = client.listeners(MESSAGE) as ((...said: unknown[]) => Promise<void>)[]
  client.removeAllListeners(MESSAGE)
  for (const read of readers)
    client.on(MESSAGE, (...said: unknown[]) => void Promise.resolve(read(...said)).catch(sayNonsense))
  client.on('error', sayNonsense)
}

const within = async <T>(ms: number, clock: Clock, run: Promise<T>): Promise<T> => {
  let cancel = (): void => undefined
  const late = new Promise<never>((_, reject) => {
    cancel = clock.after(ms, () => reject(new Fault('retry', 'Slack did not open a socket in time.')))
  })
  try {
    return await Promise.race([run, late])
  } finally {
    cancel()
  }
}
