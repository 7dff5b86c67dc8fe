/** Who holds what right now, read from the journal's records for the countdown on the page; never to decide anything. */
import type { Redis } from 'ioredis'
import type { Request } from '../../domain/model.ts'
import { LIVE, recordName } from '../../journal/keys.ts'
import { parseStored } from '../../journal/stored.ts'
import type { RecordKey } from '../../ports.ts'
import type { SeenGrant } from './seen.ts'

/** By person's id. Empty while Redis cannot be read. */
export const readGrants = async (redis: Redis): Promise<ReadonlyMap<string, readonly SeenGrant[]>> => {
  const grants = new Map<string, readonly SeenGrant[]>()
  const keys = ((await redis.smembers(LIVE).catch(() => [])) as RecordKey[]).filter((key) =>
    key.startsWith('r:'),
  )
  if (keys.length === 0) return grants
  const texts = await redis.mget(keys.map(recordName)).catch(() => [])
  for (const [i, text] of texts.entries()) {
    if (text === null) continue
    const request = parseStored(keys[i] as RecordKey, text).state as unknown as Request
    const { grant, requester, entitlement, id } = request
    if (grant === undefined) continue
    const person = requester.via.replace('slack:', '')
    grants.set(person, [
      ...(grants.get(person) ?? []),
      {
        id,
        entitlement: `${entitlement.target}/${entitlement.role}`,
        state: grant.state,
        endsAt: grant.endsAt,
      },
    ])
  }
  return grants
}
