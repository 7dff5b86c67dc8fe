/** The lanes of due times: claiming is leasing, by moving a score ahead; whoever decides is guarded by versions. */
import type { Journal, Lane, Log, RecordKey, Stored } from '../ports.ts'
import type { Doubts } from './doubts.ts'
import { dueName, HEAD, JOURNAL, recordName } from './keys.ts'
import { type Link, markOfEntryText } from './link.ts'
import type { Memory } from './memory.ts'
import { parseStored } from './stored.ts'

type ClaimReply = [
  status: number[],
  claimed: string[],
  nextAt: number | null,
  last: [n: number, entry: string],
  broken: string[],
  lost: string[],
]

/** Rows of three: lane, key, text. A record that cannot be read stays due: it comes again, as loudly. */
const readClaimed = (flat: readonly string[], log: Log): { lane: Lane; record: Stored }[] => {
  const claimed: { lane: Lane; record: Stored }[] = []
  for (let i = 0; i < flat.length; i += 3) {
    const [lane, key, text] = flat.slice(i, i + 3) as [Lane, RecordKey, string]
    try {
      const { live: _, ...record } = parseStored(key, text)
      claimed.push({ lane, record })
    } catch (thrown) {
      log.error({ record: key, error: String(thrown) }, 'a record that is due cannot be read')
    }
  }
  return claimed
}

export const openDue = (
  link: Link,
  doubts: Doubts,
  memory: Memory,
  log: Log,
): Pick<Journal, 'claimDue' | 'hold' | 'release'> => ({
  claimDue: async (lanes) => {
    // Nobody waits for this: it keeps `doubts` true while nothing is committed.
    void memory.isFull().catch(() => undefined)
    const rows = lanes
      .filter(({ atMost }) => atMost > 0)
      .map(({ lane, atMost }) => [lane, Math.floor(atMost)])
    const reply = await link.run(
      'claim-due',
      [HEAD, JOURNAL, ...lanes.map(({ lane }) => dueName(lane))],
      [JSON.stringify(rows), String(doubts.witness().n)],
      'write',
    )
    const [status, claimed, nextAt, [n, entry], broken, lost] = reply as ClaimReply
    doubts.see(status)
    if (entry !== '') doubts.remember({ n, mark: markOfEntryText(entry) })
    for (const key of broken) log.error({ key }, 'a lane of due times is not what the journal wrote')
    for (const record of lost)
      log.error(
        { record },
        'a record that is due is gone, or is none: put it back (curfew restore, where there is a mirror)',
      )
    return { now: status[0] ?? 0, claimed: readClaimed(claimed, log), nextAt }
  },

  hold: async (work) => {
    if (work.length === 0) return
    const rows = JSON.stringify(work.map(({ lane, key }) => [lane, key]))
    await link.run('hold', [HEAD, ...work.map(({ lane }) => dueName(lane))], [rows], 'write')
  },

  release: async (lane, key, v, at) => {
    const args = [lane, key, String(v), at === null ? '' : String(Math.round(at))]
    await link.run('release', [HEAD, dueName(lane), recordName(key)], args, 'write')
  },
})
