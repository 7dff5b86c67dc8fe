/**
 * Asks whoever runs a command: answers come from flags, from defaults (`--yes`), from a terminal, or line by line from
 * a pipe. A wrong answer is asked for again; where nobody can be asked, everything that is missing is said at once.
 */
import { createInterface } from 'node:readline/promises'
import type { Wrong } from '../ports.ts'
import type { CliInput } from './cli-command.ts'

export interface Asked<T> {
  /** Also the flag. */
  readonly key: string
  readonly asks: string
  readonly byDefault?: string | undefined
  read(answer: string): Promise<T | Wrong>
}

export interface Asker {
  /** Whether anybody is asked at all. */
  readonly asks: boolean
  /** `undefined`: there is no answer, and {@link Asker.lacks} says why. */
  ask<T extends object | string>(asked: Asked<T>): Promise<T | undefined>
  /** What stands in the way, one line each. */
  lacks(): readonly string[]
  close(): void
}

export interface AskerOptions {
  readonly flags: Readonly<Record<string, string | boolean | undefined>>
  /** Nobody is asked: defaults count. */
  readonly yes: boolean
}

export const isWrong = (found: object | string): found is Wrong =>
  typeof found === 'object' && 'says' in found && 'hint' in found

export const openAsker = (input: CliInput, { flags, yes }: AskerOptions): Asker => {
  const lacking: string[] = []
  let lines: ReturnType<typeof openLines> | undefined
  const lack = (key: string, why: string): undefined => {
    lacking.push(`--${key}: ${why}`)
  }
  const settle = async <T extends object | string>({ key, read }: Asked<T>, answer: string) => {
    const found = await read(answer)
    return isWrong(found) ? lack(key, `${found.says} ${found.hint}`) : found
  }
  const askLines = async <T extends object | string>(asked: Asked<T>): Promise<T | undefined> => {
    const { key, asks, byDefault, read } = asked
    lines ??= openLines(input)
    for (;;) {
      const line = await lines.next(`${asks}${byDefault === undefined ? '' : ` [${byDefault}]`}: `)
      if (line === undefined) return lack(key, `${asks}?`)
      const answer = line.trim() || byDefault
      const found = answer === undefined ? NEEDED : await read(answer)
      if (!isWrong(found)) return found
      input.out.write(`  ${found.says} ${found.hint}\n`)
    }
  }
  return {
    asks: !yes,
    ask: async (asked) => {
      const flag = flags[asked.key]
      if (typeof flag === 'string') return settle(asked, flag)
      if (!yes) return askLines(asked)
      return asked.byDefault === undefined
        ? lack(asked.key, `${asked.asks}?`)
        : settle(asked, asked.byDefault)
    },
    lacks: () => lacking,
    close: () => lines?.close(),
  }
}

const NEEDED: Wrong = { says: 'This has no default.', hint: 'Type an answer, or Ctrl-C to stop.' }

/** Lines as they are typed, or as they come through a pipe: none is lost between two questions. */
const openLines = ({ in: from, out }: CliInput) => {
  const isTerminal = from !== undefined && 'isTTY' in from && from.isTTY === true
  const reader = from && createInterface({ input: from, ...(isTerminal && { output: process.stdout }) })
  const lines = reader?.[Symbol.asyncIterator]()
  return {
    next: async (prompt: string): Promise<string | undefined> => {
      if (isTerminal) reader?.setPrompt(prompt)
      if (isTerminal) reader?.prompt()
      else out.write(prompt)
      const next = await lines?.next()
      if (!isTerminal) out.write('\n')
      return next === undefined || next.done ? undefined : next.value
    },
    close: () => reader?.close(),
  }
}
