/** `curfew freeze [REASON]`: nothing new is given from now on; what runs ends as agreed. */
import { cleanText } from '../domain/clean-text.ts'
import { refuseLong } from '../domain/command-line.ts'
import { isRefusal } from '../domain/refusal.ts'
import { type CliCommand, DONE } from './cli-command.ts'
import { sayRefusal } from './say-host.ts'
import { withHost } from './with-host.ts'

export const run: CliCommand = (input) =>
  withHost(input, async (host, { words, json }) => {
    const reason = cleanText(words.join(' '))
    const done = refuseLong(reason) ?? (await host.freeze({ does: 'freeze', reason }))
    if (isRefusal(done)) return sayRefusal(input, done, json)
    input.out.write(
      json
        ? '{"did":"freeze"}\n'
        : 'Frozen: nothing new is given, and what runs ends as agreed. End it: curfew thaw\n',
    )
    return DONE
  })
