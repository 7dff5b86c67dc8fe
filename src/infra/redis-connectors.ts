/**
 * How a client finds its server where servers take over from one another; `redis-client.ts` hands these to it. Asked
 * anew at each connection, so that a reconnect after a failover lands where the writes now go.
 */
import { connect as connectPlain, isIP, Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { AbstractConnector, Redis, type RedisOptions, SentinelConnector } from 'ioredis'
import type { HostPort } from '../ports.ts'

type Connector = InstanceType<typeof AbstractConnector>
type Stream = Awaited<ReturnType<Connector['connect']>>
type Emit = Parameters<Connector['connect']>[0]

/** Any key of ours: they share one slot. */
const OUR_KEY = '{curfew}'
/** Seeds and nodes that were heard of. */
const NODES_MAX = 100

/** A client gives up for good when its connector rejects, but tries again after a stream that failed. */
const failed = (connector: Connector, error: Error): Stream => {
  const stream = new Socket()
  Object.assign(connector, { firstError: error })
  stream.destroy()
  return stream
}

export const sentinelConnector = class extends SentinelConnector {
  constructor(options: unknown) {
    super({ ...(options as RedisOptions), sentinelRetryStrategy: () => null })
  }

  override connect(emit: Emit): Promise<Stream> {
    return super.connect(emit).catch((thrown: Error) => failed(this, thrown))
  }
}

type Slots = [from: number, to: number, master: [host: string | null, port: number], ...replicas: unknown[]][]

/** Who owns our slot, as this node sees it; and every master it knows. Rejects when it does not answer. */
const askNode = async (
  node: HostPort,
  options: RedisOptions,
): Promise<{ owner?: HostPort; nodes: HostPort[] }> => {
  const { username, password, tls, connectTimeout, commandTimeout } = options
  const redis = new Redis({
    ...node,
    ...(username && { username }),
    ...(password && { password }),
    ...(tls && { tls }),
    connectTimeout,
    commandTimeout,
    lazyConnect: true,
    enableReadyCheck: false,
    retryStrategy: null,
  })
  let reason: Error | undefined
  redis.on('error', (error: Error) => {
    reason ??= error
  })
  try {
    await redis.connect()
    const [slot, slots] = (await Promise.all([
      redis.cluster('KEYSLOT', OUR_KEY),
      redis.cluster('SLOTS'),
    ])) as unknown as [number, Slots]
    // No name: the node means itself.
    const place = ([host, port]: Slots[number][2]): HostPort => ({ host: host || node.host, port })
    const mine = slots.find(([from, to]) => from <= slot && slot <= to)
    return { ...(mine && { owner: place(mine[2]) }), nodes: slots.map(([, , master]) => place(master)) }
  } catch (thrown) {
    throw reason ?? thrown
  } finally {
    redis.disconnect()
  }
}

/**
 * One plain connection to the node that owns Curfew's slot: there is only one, for all keys share a hash tag. So
 * INFO, WAIT and SCAN mean the server with our keys, as they would without a cluster.
 */
export const clusterConnector = (seeds: readonly HostPort[]) => {
  let known: readonly HostPort[] = seeds

  /** Whoever did not answer, or answers with a master that is gone, is asked last the next time. */
  const findOwner = async (options: RedisOptions): Promise<HostPort> => {
    let reason: unknown
    for (const node of known) {
      known = [...known.filter((one) => one !== node), node]
      try {
        const { owner, nodes } = await askNode(node, options)
        const isNew = (one: HostPort): boolean =>
          known.every(({ host, port }) => host !== one.host || port !== one.port)
        known = [...known, ...nodes.filter(isNew)].slice(0, NODES_MAX)
        if (owner !== undefined) return owner
      } catch (thrown) {
        reason = thrown
      }
    }
    throw reason ?? new Error('CLUSTERDOWN no node knows who owns the slot of {curfew}')
  }

  return class extends AbstractConnector {
    readonly options: RedisOptions

    constructor(options: unknown) {
      super((options as { disconnectTimeout: number }).disconnectTimeout)
      this.options = options as RedisOptions
    }

    override check({ role }: { role?: string }): boolean {
      return role === undefined || role === 'master'
    }

    override async connect(): Promise<Stream> {
      this.connecting = true
      try {
        const owner = await findOwner(this.options)
        if (!this.connecting) throw new Error('Connection is closed.')
        this.stream = open(owner, this.options.tls)
        this.stream.once('error', (error: Error) => {
          this.firstError = error
        })
        return this.stream
      } catch (thrown) {
        return failed(this, thrown as Error)
      }
    }
  }
}

const open = ({ host, port }: HostPort, tls: ConnectionOptions | undefined): Stream => {
  if (tls === undefined) return connectPlain({ host, port })
  return connectTls({ host, port, ...(isIP(host) === 0 && { servername: host }), ...tls })
}
