/** A process that opens everything, uses it and closes it: `closer.ts SOCKET`. It must end by itself. */
import { openAlarms } from '../../src/alarms/bullmq-alarms.ts'
import { journalOpener, listeningLog, mustCommit, realClock, timeOf } from './support.ts'

const [path = ''] = process.argv.slice(2)
const { open, closeAll } = journalOpener()
const journal = await open({ path })
const alarms = openAlarms({ redis: { path }, log: listeningLog(), clock: realClock, wake: () => undefined })
await mustCommit(journal, 'r:R-1', 1)
await journal.durable()
await alarms.at((await timeOf(journal)) + 60_000)
await Promise.all([closeAll(), alarms.close()])
