/**
 * Names for calls that leave the bot, made of what is really sent, without what differs from run to run: ids, numbers, texts. Nobody
 * keeps a list of them: a call that is added to the product gets its name here like any other.
 */

const NAME_MAX = 140
export const SHA_SHOWN = 8
const KEYS_SHOWN = 4

/** Ids, addresses and numbers out; the same call has the same name in every run. */
const settle = (text: string): string =>
  text
    .replace(/R-[0-9A-Z]{6,10}/g, 'R')
    .replace(/U[0-9A-Z]{9,}|C[0-9A-Z]{9,}|D[0-9A-Z]{9,}/g, 'ID')
    .replace(/'(?:[^']|'')*'/g, "''")
    .replace(/[0-9a-f]{16,}/g, 'HEX')
    .replace(/(?<=[\s:/#(=,.-]|^)\d+/g, 'N')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, NAME_MAX)

interface Item {
  readonly entries: readonly (readonly [record: string, text: string])[]
  readonly writes: readonly (readonly [record: string, ...rest: unknown[]])[]
}

/** The items of a commit script; undefined when this is none. */
const itemsIn = (args: readonly unknown[]): readonly Item[] | undefined => {
  const last = String(args.at(-1) ?? '')
  if (!last.startsWith('[{"at":')) return undefined
  return JSON.parse(last) as Item[]
}

const eventOf = ([, text]: Item['entries'][number]): string => {
  const { event } = JSON.parse(text) as { event: { type: string; does?: string; outcome?: string } }
  return [event.type, event.does, event.outcome].filter(Boolean).join(' ')
}

/** The events that a command would add to the journal, by type; empty when it adds none that people hear of. */
export const nameEvents = (name: string, args: readonly unknown[]): string => {
  if (!name.startsWith('evalsha') && name !== 'eval') return ''
  const events = (itemsIn(args) ?? []).flatMap(({ entries }) => entries.map(eventOf))
  return [...new Set(events.filter((event) => event !== 'posted'))].join(', ')
}

/** A command to Redis: a commit by what it writes, everything else by its keys. */
export const nameCommand = (name: string, args: readonly unknown[]): string => {
  if (!/^eval/.test(name)) return settle(`redis ${name} ${String(args[0] ?? '')}`)
  const items = itemsIn(args)
  if (items !== undefined) {
    const events = items.flatMap(({ entries }) => entries.map(eventOf))
    const writes = items.flatMap((item) => item.writes.map(([record]) => settle(record)))
    return `redis commit [${[...new Set(events)].join(', ')}] ${[...new Set(writes)].map(shorten).join(' ')}`
  }
  const count = Number(args[1])
  const keys = args.slice(2, 2 + count).map((key) => shorten(settle(String(key))))
  return `redis script ${String(args[0]).slice(0, SHA_SHOWN)} ${[...new Set(keys)].slice(0, KEYS_SHOWN).join(' ')}`
}

/** Seats and accounts are named after the account. */
const shorten = (key: string): string => key.replace(/(\b[sap]:[\w-]+\/).*/, '$1…').replace('{curfew}:', '')

export const nameSql = (query: unknown): string => {
  const text = typeof query === 'string' ? query : String((query as { text?: string })?.text ?? 'query')
  const does = /EXECUTE format\('(\w+)/.exec(text)?.[1]
  return does === undefined ? `sql ${settle(text).slice(0, 60)}` : `sql ${does}`
}

export const nameHttp = (method: string, path: string): string =>
  `http ${method} ${settle((path.split('?')[0] ?? '').replace(/\/link\/.*/, '/link'))}`
