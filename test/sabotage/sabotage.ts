/** What a sabotage is: one line of the product made wrong, the promise that breaks by it, and the test that has to notice. */
import type { Patch } from '../fixtures/patch-source.ts'

/** A promise of docs/promises.md: its number there, the bound, or what stands beside them about secrets. */
export type Broken = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 'bound' | 'secrets'

export interface NamedTest {
  /** Below the root of the repository. */
  readonly file: string
  /** The whole title, as Vitest shows it: `suite > test`. */
  readonly title: string
}

/** `file` is a path below src/. */
export interface Sabotage extends Patch {
  readonly name: string
  readonly breaks: Broken
  readonly noticedBy: NamedTest
}

/** As it stands on a line. */
export const showTest = ({ file, title }: NamedTest): string => `${file} > ${title}`
