/** What every command that reads the mirror begins and ends with. */
import type { Config } from '../config/config.ts'
import { asFault } from '../domain/fault.ts'
import type { Mirror } from '../journal/mirror.ts'
import { openMirror } from '../journal/open-mirror.ts'
import type { MirrorSettings } from '../ports.ts'
import { type CliInput, REFUSED } from './cli-command.ts'

const NONE = 'There is no mirror: write `mirror:` into the config, or say --from FOLDER.\n'
const TABLE = 'curfew_journal'

/** `from`: a folder or a PostgreSQL address, else the one that the config names. */
export const withMirror = async (
  { err }: Pick<CliInput, 'err'>,
  { mirror: configured }: Pick<Config, 'mirror'>,
  from: string | undefined,
  run: (mirror: Mirror) => Promise<number>,
): Promise<number> => {
  const settings = from === undefined ? configured : settingsOf(from)
  if (settings === undefined) {
    err.write(NONE)
    return REFUSED
  }
  const mirror = openMirror(settings)
  try {
    return await run(mirror)
  } catch (thrown) {
    const fault = asFault(thrown)
    if (fault.message === 'internal') throw thrown
    err.write(`${fault.message}.\n`)
    return REFUSED
  } finally {
    await mirror.close()
  }
}

const settingsOf = (from: string): MirrorSettings =>
  /^postgres(ql)?:/.test(from) ? { database: { url: from, table: TABLE } } : { folder: from }
