/** `curfew journal ID`: every event of one request, as it stands in the journal, and whether its marks are whole. */
import { firstBroken } from '../domain/entry.ts'
import { type RecordKey, requestKey } from '../domain/model.ts'
import { parseRequestId } from '../domain/request-id.ts'
import { systemClock } from '../infra/clock.ts'
import { makeLog } from '../infra/log.ts'
import { openJournal } from '../journal/redis-journal.ts'
import type { Entry } from '../ports.ts'
import { type CliCommand, type CliInput, DONE, FAILED, REFUSED } from './cli-command.ts'
import { loadConfig, showProblems } from './load-config.ts'

export const run: CliCommand = async (input) => {
  const id = parseRequestId(input.args.find((arg) => !arg.startsWith('-')) ?? '')
  if (id === undefined) {
    input.err.write('Say which request: curfew journal R-7K3QX9\n')
    return REFUSED
  }
  const result = loadConfig(input)
  if (!result.ok) {
    input.err.write(showProblems(result))
    return REFUSED
  }
  const { config } = result
  const log = makeLog({ level: 'silent', secrets: config.secrets })
  const journal = await openJournal({
    redis: config.redis,
    durability: config.durability,
    log,
    clock: systemClock,
  })
  try {
    return print(input, config.key, requestKey(id), await journal.entries(requestKey(id)))
  } finally {
    await journal.close()
  }
}

const print = ({ out, err }: CliInput, key: string, record: RecordKey, entries: readonly Entry[]): number => {
  if (entries.length === 0) {
    err.write('The journal has no such request.\n')
    return FAILED
  }
  for (const entry of entries) out.write(`${JSON.stringify(entry)}\n`)
  const broken = firstBroken(key, record, entries)
  err.write(
    broken === undefined
      ? `${entries.length} events, marks whole.\n`
      : `The mark of event ${broken.v} is wrong: it was changed.\n`,
  )
  return broken === undefined ? DONE : FAILED
}
