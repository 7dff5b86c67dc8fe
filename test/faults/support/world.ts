/** What the tests of faults ask for and look at, by words and by the journal. */
import type { Instant, RequestId } from '../../../src/domain/model.ts'
import { JOURNAL } from '../../../src/journal/keys.ts'
import type { Event, Replicas } from '../../fixtures/replicas.ts'

/** Long forms are for `npm run test:faults`; the short ones, of the same shape, for every day. */
export const IS_LONG = process.env.FAULTS === 'long'

export const CONFIG = `
operators: [olga@acme.test]
emailDomains: [acme.test]
audit: { channels: ["local:channel-audit"] }
targets:
  vault: { kind: memory, account: "{email.local}", roles: { readonly: {}, writer: {} } }
policies:
  - entitlements: ["*/*"]
    requesters: [everyone]
    approvers: [bob@acme.test]
    maxDuration: 30d
    channels: ["local:channel-dbas"]
`

type Entry = Event & { readonly record: string }

/** Every event with its record, oldest first. */
export const readEntries = async ({ redis }: Pick<Replicas, 'redis'>): Promise<readonly Entry[]> =>
  (await redis.client.xrange(JOURNAL, '-', '+')).map(([, fields]) => {
    const { record, event } = JSON.parse(fields[1] ?? '{}') as { record: string; event: Event }
    return { ...event, record }
  })

export const eventsOf = async (world: Pick<Replicas, 'redis'>, id: string): Promise<readonly Entry[]> =>
  (await readEntries(world)).filter(({ record }) => record === `r:${id}`)

export const ask = async (world: Pick<Replicas, 'act'>, who: string, words: string): Promise<RequestId> => {
  const asked = JSON.stringify(await world.act(who, `request ${words} because of INC-42`))
  const id = /R-[0-9A-Z]{6}/.exec(asked)?.[0]
  if (id === undefined) throw new Error(`not asked: ${asked}`)
  return id as RequestId
}

/** Asked and approved; it is being given. */
export const approve = async (
  world: Pick<Replicas, 'act'>,
  who: string,
  words: string,
): Promise<RequestId> => {
  const id = await ask(world, who, words)
  await world.act('bob', { verb: 'approve', value: id })
  return id
}

export const hasEvent = async (world: Pick<Replicas, 'redis'>, id: string, type: string): Promise<boolean> =>
  (await eventsOf(world, id)).some((event) => event.type === type)

/** Whether the target in this process gives them anything. */
export const holds = (world: Pick<Replicas, 'held'>, who: string): boolean =>
  [...world.held].some((seat) => seat.endsWith(`/${who}`))

/** When it is to end, by its last confirmation or extension. */
export const endOf = async (world: Pick<Replicas, 'redis'>, id: string): Promise<Instant> => {
  const moved = (await eventsOf(world, id)).filter(({ endsAt }) => endsAt !== undefined)
  return Number(moved.at(-1)?.endsAt)
}
