/**
 * The program of the checker: takes orders on stdin, one line of JSON each, and answers on stdout. It imports nothing of
 * Curfew and believes only what it reads itself.
 */
import { createInterface } from 'node:readline'
import { Redis } from 'ioredis'
import { Client } from 'pg'
import type { Order, Person, Whereabouts } from './checker.ts'
import type { Entry, Observed, Shown, Stall, Stay } from './observed.ts'

const LOOK_EVERY_MS = 50
const PAGE = 1_000
/** Work of this much processor time may take so many times as long, and a timer may be so late. */
const FEEL_EVERY_MS = 500
const WORK_US = 2_000
const STALLED_TIMES = 5
const STALLED_MS = 1_000
const OUR_ROLE = 'curfew_orders_reader'
const ROLE = 'orders_reader'
/** People who log in at a time. */
const AT_ONCE = 10

const whereabouts = JSON.parse(process.env.WHEREABOUTS ?? '{}') as Whereabouts
const people = new Map<string, Person>()
const stays: { account: string; from: number; to: number }[] = []
const present = new Map<string, { account: string; from: number; to: number }>()

const membersOf = async (client: Client, role: string): Promise<string[]> => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT DISTINCT m.rolname::text AS name FROM pg_auth_members am JOIN pg_roles r ON r.oid = am.roleid
      JOIN pg_roles m ON m.oid = am.member WHERE r.rolname = $1 AND m.rolcanlogin ORDER BY 1`,
    [role],
  )
  return rows.map(({ name }) => name)
}

const connect = async (connectionString: string): Promise<Client> => {
  const client = new Client({ connectionString, application_name: 'checker' })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/** Who has access, looked up again and again; a look that fails says nothing. */
const watch = async (): Promise<void> => {
  let client: Client | undefined
  const look = async (): Promise<void> => {
    client ??= await connect(whereabouts.databaseUrl)
    const asked = Date.now()
    const now = new Set(await membersOf(client, OUR_ROLE))
    for (const account of now) {
      const known = present.get(account)
      if (known !== undefined) known.to = asked
      else {
        const stay = { account, from: Date.now(), to: asked }
        present.set(account, stay)
        stays.push(stay)
      }
    }
    for (const account of present.keys()) if (!now.has(account)) present.delete(account)
  }
  for (;;) {
    await look().catch(() => {
      client = undefined
    })
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}

const stalls: { from: number; to: number }[] = []

/** How long it takes this process to get a little work done, as often as a bot would want to. */
const feelMachine = (): void => {
  let lastAt = Date.now()
  setInterval(() => {
    const beganMs = performance.now()
    const began = process.cpuUsage()
    while (process.cpuUsage(began).user + process.cpuUsage(began).system < WORK_US);
    const now = Date.now()
    const isSlow = performance.now() - beganMs > (STALLED_TIMES * WORK_US) / 1_000
    const last = stalls.at(-1)
    if ((isSlow || now - lastAt > STALLED_MS) && last !== undefined && last.to >= lastAt) last.to = now
    else if (isSlow || now - lastAt > STALLED_MS) stalls.push({ from: lastAt, to: now })
    lastAt = now
  }, FEEL_EVERY_MS)
}

const readJournal = async (): Promise<Entry[]> => {
  const redis = new Redis({ path: whereabouts.redisPath })
  redis.on('error', () => undefined)
  try {
    const entries: Entry[] = []
    for (let from = '-'; ; from = `(${entries.at(-1)?.n}-0`) {
      const rows = await redis.xrange('{curfew}:journal', from, '+', 'COUNT', PAGE)
      for (const [id, fields] of rows)
        entries.push({ n: Number(id.split('-')[0]), ...(JSON.parse(fields[1] ?? '{}') as Omit<Entry, 'n'>) })
      if (rows.length < PAGE) return entries
    }
  } finally {
    redis.disconnect()
  }
}

const readsOrders = async (url: string): Promise<boolean> => {
  const client = await connect(url)
  try {
    return ((await client.query('SELECT FROM orders LIMIT 1')).rowCount ?? 0) > 0
  } catch (thrown) {
    if ((thrown as { code?: string }).code === '42501') return false
    throw thrown
  } finally {
    await client.end()
  }
}

interface Message {
  readonly ts: string
  readonly text?: string
  readonly reply_count?: number
  readonly blocks?: readonly unknown[]
}

const ask = async (
  method: string,
  args: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> => {
  const response = await fetch(`${whereabouts.slackApi}${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${whereabouts.slackToken}` },
    body: new URLSearchParams(args),
  })
  const answer = (await response.json()) as Record<string, unknown>
  if (answer.ok !== true) throw new Error(`${method}: ${String(answer.error)}`)
  return answer
}

const messagesOf = async (method: string, args: Readonly<Record<string, string>>): Promise<Message[]> => {
  const all: Message[] = []
  let cursor = ''
  do {
    const page = await ask(method, { ...args, limit: '999', ...(cursor && { cursor }) })
    all.push(...(page.messages as Message[]))
    cursor = String((page.response_metadata as { next_cursor?: string } | undefined)?.next_cursor ?? '')
  } while (cursor !== '')
  return all
}

/** Every text in a message, one a block. */
const textsOf = (part: unknown): string => {
  if (typeof part !== 'object' || part === null) return ''
  const own = 'text' in part && typeof part.text === 'string' ? part.text : ''
  return own + Object.values(part).map(textsOf).join('')
}

const numbersIn = ({ blocks = [] }: Message): number[] =>
  blocks.flatMap((block) => {
    const found = /^(\d+)\. /.exec(textsOf(block))
    return found === null ? [] : [Number(found[1])]
  })

const readPlace = async (
  where: string,
  channel: string,
  add: (request: string, shown: Shown) => void,
): Promise<void> => {
  const cards = new Map<string, { cards: number; lines: number[] }>()
  for (const message of await messagesOf('conversations.history', { channel })) {
    const id = /R-[0-9A-Z]{6}/.exec(message.text ?? '')?.[0]
    if (id === undefined) continue
    const known = cards.get(id) ?? { cards: 0, lines: [] }
    cards.set(id, known)
    known.cards += 1
    if (!message.reply_count) continue
    const [, ...replies] = await messagesOf('conversations.replies', { channel, ts: message.ts })
    known.lines.push(...replies.flatMap(numbersIn))
  }
  for (const [id, { cards: count, lines }] of cards) add(id, { where, cards: count, lines })
}

const readChat = async (): Promise<Observed['shown']> => {
  const shown: Record<string, Shown[]> = {}
  const add = (request: string, one: Shown): void => {
    shown[request] = [...(shown[request] ?? []), one]
  }
  for (const [where, channel] of Object.entries(whereabouts.channels)) await readPlace(where, channel, add)
  for (const [name, { slackId }] of people) {
    const { channel } = (await ask('conversations.open', { users: slackId })) as { channel: { id: string } }
    await readPlace(name, channel.id, add)
  }
  return shown
}

const readersNow = async (): Promise<string[]> => {
  const left = [...people]
  const readers: string[] = []
  const work = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift())
      if (await readsOrders(one[1].databaseUrl)) readers.push(one[0])
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return readers.sort()
}

const observe = async (): Promise<Observed> => {
  const client = await connect(whereabouts.databaseUrl)
  try {
    const [entries, shown, readers] = [await readJournal(), await readChat(), await readersNow()]
    return {
      at: Date.now(),
      entries,
      stays: stays satisfies Stay[],
      stalls: stalls satisfies Stall[],
      holders: await membersOf(client, OUR_ROLE),
      standing: await membersOf(client, ROLE),
      readers,
      shown,
    }
  } finally {
    await client.end()
  }
}

const say = (what: unknown): void => void process.stdout.write(`${JSON.stringify(what)}\n`)

void watch()
feelMachine()
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const order = JSON.parse(line) as Order
    if (order.do === 'know') people.set(order.name, order.person)
    else observe().then(say, (thrown: unknown) => say({ failed: String(thrown) }))
  })
  .on('close', () => process.exit(0))
say('ready')
