/**
 * A target that several bots share: a server that keeps who holds which seat, and the adapter with which bots under test
 * reach it. It checks no deadline, so what was sent may land whenever it pleases.
 */
import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { Fault } from '../../../src/domain/fault.ts'
import type { Account, SeatKey, Traits } from '../../../src/domain/model.ts'
import type { Call, Target, TargetKind } from '../../../src/ports.ts'

export interface Vault {
  readonly url: string
  /** Who holds access right now, by seat. */
  readonly held: ReadonlySet<string>
  /** Everything that landed, oldest first. */
  readonly landed: readonly {
    readonly does: 'grant' | 'revoke'
    readonly seat: string
    readonly at: number
  }[]
  /** From now on grants are taken and land only so much later, whether or not anybody still waits. */
  delayGrants(ms: number): void
  stop(): Promise<void>
}

export const startVault = async (): Promise<Vault> => {
  const held = new Set<string>()
  const landed: { does: 'grant' | 'revoke'; seat: string; at: number }[] = []
  let delayMs = 0
  const land = (does: 'grant' | 'revoke', seat: string): void => {
    if (does === 'grant') held.add(seat)
    else held.delete(seat)
    landed.push({ does, seat, at: Date.now() })
  }
  const server = createServer((asked, response) => {
    const url = new URL(asked.url ?? '/', 'http://vault')
    const seat = url.searchParams.get('seat') ?? ''
    const answer = (body: unknown): void => void response.end(JSON.stringify(body))
    if (url.pathname === '/seats') return answer(seat === '' ? [...held] : held.has(seat))
    const does = url.pathname === '/grant' ? 'grant' : 'revoke'
    if (does === 'revoke' || delayMs === 0) {
      land(does, seat)
      return answer('ok')
    }
    setTimeout(() => {
      land(does, seat)
      answer('ok')
    }, delayMs)
  })
  // Whoever stood still in between finds its connection open.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    held,
    landed,
    delayGrants: (ms) => {
      delayMs = ms
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const settings = z.strictObject({
  kind: z.literal('vault'),
  account: z.string().optional(),
  url: z.string(),
  /** When a late call has certainly landed, and how long giving may take, ms. */
  settlesInMs: z.number().default(1_000),
  provisionWithinMs: z.number().default(60_000),
  roles: z.record(z.string(), z.strictObject({ actions: z.array(z.string()).optional() })),
})

type Settings = z.infer<typeof settings>

const connect = (name: string, { url, settlesInMs, provisionWithinMs }: Settings): Target => {
  const traits: Traits = {
    readsBack: true,
    tellsOurs: true,
    endsSessions: true,
    checksDeadline: false,
    settlesInMs,
    provisionWithinMs,
  }
  // Kept open, so that a call is on its way the moment it is made.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = async (path: string, seat: string, { signal }: Call): Promise<unknown> => {
    const to = request(`${url}${path}?seat=${encodeURIComponent(seat)}`, { method: 'POST', agent, signal })
    const answered = once(to, 'response')
    to.end()
    try {
      const [response] = (await answered) as [IncomingMessage]
      return JSON.parse(await text(response))
    } catch (thrown) {
      throw new Fault('unknown', 'no answer from the vault', { cause: thrown })
    }
  }
  return {
    traits,
    fingerprint: async () => 'vault/1',
    resolve: async ({ role, account }) => ({
      seat: `vault/${name}/${role}/${account}` as SeatKey,
      account,
      handle: { role, account },
      fingerprint: 'vault/1',
    }),
    grant: async ({ seat }, call) => {
      if ((await ask('/seats', seat, call)) !== true) await ask('/grant', seat, call)
    },
    revoke: async ({ seat }, call) => void (await ask('/revoke', seat, call)),
    inspect: async ({ seat }, call) => ({
      ours: (await ask('/seats', seat, call)) === true ? 'present' : 'absent',
      others: 'absent',
    }),
    list: async function* (call) {
      for (const seat of (await ask('/seats', '', call)) as SeatKey[]) {
        const [, , role = '', account = ''] = seat.split('/')
        yield { seat, account: account as Account, handle: { role, account }, ours: true }
      }
    },
    examine: async () => [],
    setup: async () => '',
    close: async () => agent.destroy(),
  }
}

export const vaultTarget: TargetKind<Settings> = {
  kind: 'vault',
  settings,
  seatHints: () => ({}),
  connect: (name, given) => connect(name, given),
}
