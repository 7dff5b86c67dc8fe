/**
 * Hears from Slack by sockets that the bot opens, so that nothing has to be reachable from outside. Slack closes each
 * every few hours, so there are two; every one is opened anew by us as soon as it is gone, whatever the reason.
 */
import type { Receiver } from '@slack/bolt'
import { Fault } from '../../domain/fault.ts'
import type { Clock, Log } from '../../ports.ts'
import type { Doorway, DoorwayTools } from './doorway.ts'
import { openSocket, type Socket, type Take } from './open-socket.ts'
import type { SlackSettings } from './settings.ts'

const SOCKETS = 2
/** Between two tries to open one, ms: 0.5 s, 1 s … 30 s. */
const AGAIN_FIRST_MS = 500
const AGAIN_CAP_MS = 30_000
/** For what was read just before an end, or while a socket closes: nobody counts it yet as being answered, ms. */
const LATECOMERS_MS = 300
/** Without any socket for so long Slack's people get no answer, and an operator has to know. */
const SILENT_MS = 30_000

export const receiveSockets = (settings: SlackSettings, { log, clock }: DoorwayTools): Doorway => {
  const { receiver, take: takeOne } = createReceiver(log)
  const taking = new Set<Promise<void>>()
  const take: Take = (event) => {
    const taken = takeOne(event).finally(() => taking.delete(taken))
    taking.add(taken)
    return taken
  }
  const untilTaken = async (): Promise<void> => {
    let cancel = (): void => undefined
    const late = new Promise<void>((resolve) => {
      cancel = clock.after(LATECOMERS_MS, resolve)
    })
    await Promise.race([late, Promise.allSettled(taking)])
    cancel()
  }
  const open = (): Promise<Socket> => openSocket(settings, { log, clock, take })
  const watch = watchSilence(clock, log)
  const kept: Kept[] = []
  return {
    receiver,
    open: async () => {
      // The first is opened by the caller's leave: a token that is refused has to end the start.
      const first = await open()
      for (let i = 0; i < SOCKETS; i++)
        kept.push(keepOpen({ open, clock, log, watch, ...(i === 0 ? { first } : {}) }))
    },
    // A socket cannot turn anything away: what comes before it is closed is still answered, through it.
    close: async (drained) => {
      watch.stop()
      await drained
      await untilTaken()
      await Promise.all(kept.map((one) => one.close()))
      await untilTaken()
    },
  }
}

/** Bolt's side: hands every delivery to the app, and acknowledges what makes no sense, as nobody waits for it. */
const createReceiver = (log: Log): { receiver: Receiver; take: Take } => {
  let process: ((event: Parameters<Take>[0]) => Promise<void>) | undefined
  return {
    receiver: {
      init: (app) => {
        process = (event) => app.processEvent(event)
      },
      start: async () => undefined,
      stop: async () => undefined,
    },
    take: async ({ ack, ...event }) => {
      let acknowledged = false
      const once: typeof ack = async (words) => {
        acknowledged = true
        await ack(words)
      }
      try {
        await process?.({ ...event, ack: once })
      } catch (err) {
        log.warn({ err }, 'a delivery that makes no sense')
      }
      if (acknowledged) return
      log.warn({}, 'a delivery that nothing answered')
      await ack().catch(() => undefined)
    },
  }
}

interface Kept {
  close(): Promise<void>
}

interface Keeping {
  readonly clock: Clock
  readonly log: Log
  readonly watch: Silence
  readonly first?: Socket
  open(): Promise<Socket>
}

/** Opens a socket for ever: whenever it closes, another is opened at once, and then ever more slowly. */
const keepOpen = ({ open, clock, log, watch, first }: Keeping): Kept => {
  let closed = false
  let socket: Socket | undefined
  let failures = 0
  let cancel = (): void => undefined

  const hold = (opened: Socket): void => {
    socket = opened
    failures = 0
    watch.up()
    void opened.gone.then(() => {
      socket = undefined
      watch.down()
      tryAgain()
    })
  }
  const tryAgain = (): void => {
    if (closed) return
    const waitMs = failures === 0 ? 0 : Math.min(AGAIN_CAP_MS, AGAIN_FIRST_MS * 2 ** (failures - 1))
    cancel = clock.after(waitMs, () => void attempt())
  }
  const attempt = async (): Promise<void> => {
    try {
      const opened = await open()
      if (closed) return await opened.close()
      hold(opened)
    } catch (thrown) {
      failures += 1
      const says = thrown instanceof Fault ? thrown.message : 'internal'
      log.warn({ fault: says, tries: failures }, 'a socket to Slack cannot be opened')
      tryAgain()
    }
  }

  if (first === undefined) void attempt()
  else hold(first)
  return {
    close: async () => {
      closed = true
      cancel()
      await socket?.close()
    },
  }
}

interface Silence {
  up(): void
  down(): void
  stop(): void
}

/** Says when no socket has been open for too long, and when one is again. */
const watchSilence = (clock: Clock, log: Log): Silence => {
  let open = 0
  let said = false
  let cancel = (): void => undefined
  return {
    up: () => {
      open += 1
      cancel()
      if (said) log.info({}, 'Slack reaches Curfew again')
      said = false
    },
    down: () => {
      open -= 1
      if (open > 0) return
      cancel = clock.after(SILENT_MS, () => {
        said = true
        log.error({ forMs: SILENT_MS }, 'Slack cannot reach Curfew: no socket could be opened')
      })
    },
    stop: () => cancel(),
  }
}
