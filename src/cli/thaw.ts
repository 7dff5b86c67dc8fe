/** `curfew thaw`: what was frozen gives access again. */
import { isRefusal } from '../domain/refusal.ts'
import { type CliCommand, DONE } from './cli-command.ts'
import { sayRefusal } from './say-host.ts'
import { withHost } from './with-host.ts'

export const run: CliCommand = (input) =>
  withHost(input, async (host, { json }) => {
    const done = await host.freeze({ does: 'thaw' })
    if (isRefusal(done)) return sayRefusal(input, done, json)
    input.out.write(json ? '{"did":"thaw"}\n' : 'Thawed: access is given again as policies say.\n')
    return DONE
  })
