/** Whether a test noticed, and for the right reason: it failed by an assertion of its own, and not because nothing ran. */
import type { NamedTest } from './sabotage.ts'

/** What Vitest tells of one file. */
export interface Ran {
  readonly tests: readonly {
    /** `suite > test` */
    readonly title: string
    readonly state: 'passed' | 'failed' | 'skipped' | 'pending'
    readonly errors: readonly unknown[]
  }[]
  /** Outside every test: the file did not load, a hook failed. */
  readonly errors: readonly unknown[]
}

/** Undefined when all is as it has to be; else a sentence. */
export type Verdict = string | undefined

/** The whole tree: each of these tests is there once, and green. */
export const judgeWhole = (ran: Ran | undefined, { title }: NamedTest): Verdict => {
  const found = (ran?.tests ?? []).filter((test) => test.title === title)
  if (ran === undefined || (found.length === 0 && ran.errors.length > 0))
    return `its file does not run: ${sayErrors(ran?.errors ?? [])}`
  if (found.length !== 1) return `there are ${found.length} tests of this title`
  const [test] = found
  return test?.state === 'passed'
    ? undefined
    : `it is not green without the sabotage: ${sayErrors(test?.errors ?? [])}`
}

/** The tree with a sabotage in it: the test is red by an assertion, and by nothing else. */
export const judgeSabotaged = (ran: Ran | undefined, { title }: NamedTest): Verdict => {
  const test = ran?.tests.find((one) => one.title === title)
  if (ran === undefined || test === undefined) return `its test did not run: ${sayErrors(ran?.errors ?? [])}`
  if (ran.errors.length > 0) return `more than a test failed: ${sayErrors(ran.errors)}`
  if (test.state === 'passed') return 'nobody noticed: its test is still green'
  if (test.state !== 'failed') return `its test was ${test.state}`
  return test.errors.some(isAssertion) ? undefined : `red, but by no assertion: ${sayErrors(test.errors)}`
}

/** Properties and polls wrap the assertion that failed. */
const isAssertion = (error: unknown): boolean => {
  const { name, cause } = (error ?? {}) as { name?: string; cause?: unknown }
  return name === 'AssertionError' || (cause !== undefined && isAssertion(cause))
}

const sayErrors = (errors: readonly unknown[]): string =>
  errors.map((error) => String((error as Error | undefined)?.message ?? error).split('\n')[0]).join('; ') ||
  'no error was told'
