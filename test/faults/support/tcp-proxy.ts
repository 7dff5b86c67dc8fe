/**
 * A port on this machine before a server: it lets everything through, or fails in one of the manners in which networks do.
 * What a healed network still had under way arrives then, as TCP would have it.
 */
import { once } from 'node:events'
import { createConnection, createServer, type Server, type Socket } from 'node:net'

/**
 * - `refuse`: nobody listens there, and what was connected is closed.
 * - `reset`: every connection is cut, and every new one as soon as it stands.
 * - `black hole`: connections stand, and nothing arrives.
 * - `trickle`: one byte a second, either way.
 * - `half-open`: the other end is gone and says nothing; new connections are good.
 */
export const MANNERS = ['refuse', 'reset', 'black hole', 'trickle', 'half-open'] as const
export type Manner = (typeof MANNERS)[number]

export interface TcpProxy {
  readonly port: number
  /** Fails from now on, until it is healed. */
  fail(manner: Manner): Promise<void>
  heal(): Promise<void>
  /** Later connections lead there. */
  leadTo(behind: string): void
  stop(): Promise<void>
}

interface Pair {
  readonly front: Socket
  readonly back: Socket
}

const BYTE_EVERY_MS = 1_000

/** `behind`: the path of a unix socket. */
export const startTcpProxy = async (behind: string): Promise<TcpProxy> => {
  const pairs = new Set<Pair>()
  let to = behind
  let manner: Manner | undefined
  let server = listen()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0

  function listen(): Server {
    return createServer((front) => {
      front.on('error', () => undefined)
      if (manner === 'reset') return void front.resetAndDestroy()
      const back = createConnection(to)
      back.on('error', () => undefined)
      const pair = { front, back }
      pairs.add(pair)
      front.on('close', () => {
        pairs.delete(pair)
        back.destroy()
      })
      back.on('close', () => {
        if (manner !== 'black hole' && !deaf.has(pair)) front.destroy()
      })
      carry(front, back, pair)
      carry(back, front, pair)
    })
  }

  /** Pairs whose far end is gone without a word. */
  const deaf = new WeakSet<Pair>()

  const carry = (from: Socket, into: Socket, pair: Pair): void => {
    let waiting: Buffer[] = []
    const flush = (): void => {
      const now = waiting
      waiting = []
      if (!deaf.has(pair)) for (const chunk of now) into.write(chunk)
    }
    const tick = setInterval(() => {
      if (manner === 'black hole' || waiting.length === 0) return
      if (manner !== 'trickle') return flush()
      const all = Buffer.concat(waiting)
      into.write(all.subarray(0, 1))
      waiting = all.length > 1 ? [all.subarray(1)] : []
    }, BYTE_EVERY_MS)
    healers.add(flush)
    from.on('data', (chunk) => {
      waiting.push(chunk)
      if (manner === undefined || manner === 'half-open') flush()
    })
    from.on('close', () => {
      clearInterval(tick)
      healers.delete(flush)
    })
  }
  const healers = new Set<() => void>()

  const cut = (): void => {
    for (const { front } of pairs) front.resetAndDestroy()
  }
  const heal = async (): Promise<void> => {
    const was = manner
    manner = undefined
    if (was === 'refuse') {
      server = listen()
      await once(server.listen(port, '127.0.0.1'), 'listening')
    }
    for (const flush of healers) flush()
  }

  return {
    port,
    heal,
    fail: async (how) => {
      manner = how
      if (how === 'refuse') {
        const closed = new Promise((resolve) => server.close(resolve))
        cut()
        await closed
      }
      if (how === 'reset') cut()
      if (how === 'half-open')
        for (const pair of pairs) {
          deaf.add(pair)
          pair.back.destroy()
        }
    },
    leadTo: (next) => {
      to = next
    },
    stop: async () => {
      cut()
      if (server.listening) await new Promise((resolve) => server.close(resolve))
    },
  }
}
