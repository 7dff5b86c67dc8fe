/** What every command that reads the whole journal begins and ends with. */
import type { Config } from '../config/config.ts'
import { asFault } from '../domain/fault.ts'
import { makeLog } from '../infra/log.ts'
import { openReader, type Reader } from '../journal/open-reader.ts'
import { type CliInput, REFUSED } from './cli-command.ts'
import { loadConfig, showProblems } from './load-config.ts'

/** Runs it with the journal that the config names. A bad config or a Redis that does not answer is said, and refused. */
export const withReader = async (
  input: CliInput,
  run: (reader: Reader, config: Config) => Promise<number>,
): Promise<number> => {
  const result = loadConfig(input)
  if (!result.ok) {
    input.err.write(showProblems(result))
    return REFUSED
  }
  const log = makeLog({ level: 'silent', secrets: result.config.secrets })
  let reader: Reader | undefined
  try {
    reader = await openReader(result.config.redis, log)
    return await run(reader, result.config)
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.message === 'internal') throw thrown
    input.err.write(`${fault.message}\n`)
    return REFUSED
  } finally {
    reader?.close()
  }
}
