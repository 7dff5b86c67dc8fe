/**
 * Copies one grant in Redis many times, with everything that belongs to it, under names of their own. The copies bear the
 * marks of the original, which `curfew verify` would find and no end asks for.
 */
import type { Redis } from 'ioredis'
import { dueName, HEAD, JOURNAL, LIVE, numbersName, SEAL } from '../../src/journal/keys.ts'
import type { RecordKey } from '../../src/ports.ts'

/** The grant to copy: its request's id and whose it is, both nowhere else in Redis. */
export interface Original {
  readonly id: string
  readonly who: string
}

export interface Copies {
  readonly names: readonly string[]
  /** Bytes that one takes: its share of the journal and of the indexes, and its own keys. */
  readonly bytes: Readonly<Record<'journal' | 'keys' | 'indexes', number>>
  /** Lets the first so many end at these instants (ms). */
  endAt(count: number, at: (i: number) => number): Promise<void>
}

type Command = readonly [name: string, ...args: string[]]

const AT_ONCE = 500
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const idOf = (i: number): string =>
  `R-${Array.from({ length: 6 }, (_, place) => ALPHABET[Math.floor(i / 32 ** (5 - place)) % 32]).join('')}`
const nameOf = (i: number): string => `p${i}q`

/** Copies are made within Redis: that is an order of magnitude faster than sending them all. */
const COPY = `
local copies, commands, entries = cjson.decode(ARGV[1]), cjson.decode(ARGV[2]), cjson.decode(ARGV[3])
local n, id, who = tonumber(ARGV[4]), ARGV[5]:gsub('%-', '%%-'), ARGV[6]
for _, copy in ipairs(copies) do
  local function rename(text) return (text:gsub(id, copy[1]):gsub(who, copy[2])) end
  for _, entry in ipairs(entries) do
    n = n + 1
    redis.call('XADD', KEYS[1], n .. '-0', 'e', rename(entry[2]))
    redis.call('RPUSH', rename(entry[1]), n)
  end
  for _, command in ipairs(commands) do
    local renamed = {}
    for i, word in ipairs(command) do renamed[i] = rename(word) end
    redis.call(unpack(renamed))
  end
end
return n`

export const copyGrants = async (redis: Redis, original: Original, count: number): Promise<Copies> => {
  const isTheirs = (text: string): boolean => text.includes(original.id) || text.includes(original.who)
  const names = (await redis.keys('{curfew}:*')).filter((name) => !/:(g|n):/.test(name))
  const commands = (await Promise.all(names.map((name) => commandsFor(redis, name)))).flat()
  const theirs = commands.filter(([, ...args]) => args.some(isTheirs))
  const entries = (await redis.xrange(JOURNAL, '-', '+'))
    .map(([, fields]) => fields[1] ?? '')
    .filter((text) => isTheirs((JSON.parse(text) as { record: string }).record))
  const numbered = entries.map((text) => [
    numbersName((JSON.parse(text) as { record: RecordKey }).record),
    text,
  ])

  let n = Number(await redis.hget(HEAD, 'n'))
  for (let first = 0; first < count; first += AT_ONCE) {
    const copies = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, i) => [
      idOf(first + i),
      nameOf(first + i),
    ])
    const args = [copies, theirs, numbered].map((one) => JSON.stringify(one))
    n = Number(await redis.eval(COPY, 1, JOURNAL, ...args, n, original.id, original.who))
  }
  const lanes = names.filter((name) => name.startsWith(dueName('' as never)))
  await countAnew(redis, n, lanes)
  return {
    names: Array.from({ length: count }, (_, i) => nameOf(i)),
    bytes: {
      journal: Math.round((await sizeOf(redis, [JOURNAL])) / (count + 1)),
      keys: await sizeOf(redis, keysOfOne(commands, original, entries)),
      indexes: Math.round((await sizeOf(redis, [LIVE, ...lanes])) / (count + 1)),
    },
    endAt: (many, at) =>
      endAt(redis, many, at, async (i) => (await redis.get(`{curfew}:r:${idOf(i)}`)) ?? ''),
  }
}

/** What makes this key again. */
const commandsFor = async (redis: Redis, name: string): Promise<readonly Command[]> => {
  switch (await redis.type(name)) {
    case 'string':
      return [['set', name, (await redis.get(name)) ?? '']]
    case 'hash':
      return [['hset', name, ...Object.entries(await redis.hgetall(name)).flat()]]
    case 'set':
      return (await redis.smembers(name)).map((member) => ['sadd', name, member])
    case 'zset': {
      const flat = await redis.zrange(name, '0', '-1', 'WITHSCORES')
      return flat.flatMap((member, i) =>
        i % 2 === 0 ? [['zadd', name, flat[i + 1] ?? '0', member] as const] : [],
      )
    }
    default:
      return []
  }
}

/** As the index counts itself. */
const countAnew = async (redis: Redis, n: number, lanes: readonly string[]): Promise<void> => {
  const counts = await Promise.all(
    lanes.map(async (lane) => [lane.replace('{curfew}:', ''), await redis.zcard(lane)]),
  )
  // Sealing so many entries at once is no part of what is measured.
  await redis.hset(SEAL, 'n', n)
  await redis.hset(HEAD, { n, live: await redis.scard(LIVE), ...Object.fromEntries(counts) })
}

const keysOfOne = (
  commands: readonly Command[],
  { id, who }: Original,
  entries: readonly string[],
): readonly string[] => {
  const own = commands.map(([, name = '']) => name).filter((name) => name.includes(id) || name.includes(who))
  const records = entries.map((text) => (JSON.parse(text) as { record: RecordKey }).record)
  return [...new Set([...own, ...records.map(numbersName)])]
}

const sizeOf = async (redis: Redis, names: readonly string[]): Promise<number> => {
  const sizes = await Promise.all(names.map((name) => redis.memory('USAGE', name, 'SAMPLES', 1_000)))
  return sizes.reduce<number>((sum, bytes) => sum + Number(bytes ?? 0), 0)
}

const endAt = async (
  redis: Redis,
  count: number,
  at: (i: number) => number,
  read: (i: number) => Promise<string>,
): Promise<void> => {
  for (let i = 0; i < count; i += 1) {
    const text = await read(i)
    const { endsAt } = (JSON.parse(text) as { state: { grant: { endsAt: number } } }).state.grant
    const member = `r:${idOf(i)}`
    await redis
      .multi()
      .set(`{curfew}:${member}`, text.replaceAll(String(endsAt), String(at(i))))
      .zadd(dueName('records'), String(at(i)), member)
      .zadd(dueName('state:active'), String(at(i)), member)
      .exec()
  }
}
