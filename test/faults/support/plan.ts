/** The variable that names the file of the plan which a bot has from its first call on. */
export const FIRST_PLAN = 'FIRST_PLAN'

/** What a bot under test does to itself: a file beside its config, read when it is told to by SIGUSR2. */
export interface Plan {
  /** A file to which every call is added, one name a line. */
  readonly record?: string
  readonly strike?: Strike
}

/** Before a call leaves the process, or when its answer is back and nothing has heard of it yet. */
export type When = 'before' | 'after'

export interface Moment {
  readonly when: When
  /** As it was recorded. */
  readonly point: string
}

export type Strike = { readonly signal: 'SIGKILL' | 'SIGSTOP' } & (
  | {
      /** Whichever of them comes first. */
      readonly moments: readonly Moment[]
    }
  | {
      readonly when: When
      /** A part of the name of a call, and the how many-th of them. */
      readonly call: string
      readonly nth: number
    }
)

/** How a record says at which moment its bot was struck. */
export const struckAt = ({ when, point }: Moment): string => `struck ${when} ${point}`
