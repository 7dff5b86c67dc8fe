/** `curfew accept`: an operator believes the journal and the clock of Redis as they are; running bots then give access again. */
import { asFault } from '../domain/fault.ts'
import { systemClock } from '../infra/clock.ts'
import { makeLog } from '../infra/log.ts'
import { openJournal, type RedisJournal } from '../journal/redis-journal.ts'
import { type CliCommand, DONE, REFUSED } from './cli-command.ts'
import { loadConfig, showProblems } from './load-config.ts'

export const run: CliCommand = async (input) => {
  const result = loadConfig(input)
  if (!result.ok) {
    input.err.write(showProblems(result))
    return REFUSED
  }
  const { redis, secrets } = result.config
  let journal: RedisJournal | undefined
  try {
    journal = await openJournal({ redis, log: makeLog({ level: 'silent', secrets }), clock: systemClock })
    await journal.accept()
    input.out.write(
      'Accepted. Running bots give access again within seconds, unless something else is wrong.\n',
    )
    return DONE
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.message === 'internal') throw thrown
    input.err.write(`${fault.message}\n`)
    return REFUSED
  } finally {
    await journal?.close()
  }
}
