/** The keys of all live records, some at a time: asked for all of them at once, Redis would answer nobody else meanwhile. */
import type { RecordKey } from '../ports.ts'
import { LIVE } from './keys.ts'
import type { Link } from './link.ts'

const PAGE = 1_000

/** One may come twice; whatever is live all the time comes. */
export async function* scanLive(link: Pick<Link, 'command'>): AsyncGenerator<readonly RecordKey[]> {
  let cursor = '0'
  do {
    const [next, keys] = await link.command((redis) => redis.sscan(LIVE, cursor, 'COUNT', PAGE))
    cursor = next
    yield keys as RecordKey[]
  } while (cursor !== '0')
}
