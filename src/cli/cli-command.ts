/** What every command of the command line is: arguments and environment in, words and an exit code out. */
export interface CliInput {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** Where answers come from. Only looked at by commands that ask: a bot reads nothing. */
  readonly in?: NodeJS.ReadableStream
  readonly out: { write(text: string): unknown }
  readonly err: { write(text: string): unknown }
}

/** Resolves to the exit code: 0 done, 1 failed, 2 refused to begin. */
export type CliCommand = (input: CliInput) => Promise<number>

export const DONE = 0
export const FAILED = 1
export const REFUSED = 2
