/** A process of its own that commits: `committer.ts SOCKET NAME COUNT`. Half of its changes fight for one record. */
import type { RecordKey } from '../../src/domain/model.ts'
import type { RedisJournal } from '../../src/journal/redis-journal.ts'
import { journalOpener, step } from './support.ts'

const [path = '', name = '', count = '0'] = process.argv.slice(2)
const SHARED: RecordKey = 'r:shared'

const addOne = async (journal: RedisJournal, key: RecordKey): Promise<void> => {
  for (;;) {
    const { now, records } = await journal.load([key])
    const committed = await journal.commit(step(now, key, (records.get(key)?.v ?? 0) + 1))
    if (committed.kind === 'ok') return
  }
}

const { open, closeAll } = journalOpener()
const journal = await open({ path })
const own = Array.from({ length: Number(count) }, (_, i) => addOne(journal, `r:${name}-${i}`))
const shared = (async () => {
  for (let i = 0; i < Number(count); i += 1) await addOne(journal, SHARED)
})()
await Promise.all([...own, shared])
await closeAll()
