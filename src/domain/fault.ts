/**
 * Faults: the outside world failed. Adapters throw them, each SDK through one translator; work is retried.
 * `unknown` means that the call may have landed: its attempt stays open until `notAfter`.
 */

export type FaultKind = 'retry' | 'permanent' | 'unknown'

export class Fault extends Error {
  readonly kind: FaultKind
  /** Do not try again before this many ms have passed. */
  readonly afterMs: number | undefined
  /** Nothing failed and nothing was sent: it is only not its turn before `afterMs`. */
  readonly paced: boolean

  constructor(
    kind: FaultKind,
    message: string,
    options: { afterMs?: number; paced?: true; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'Fault'
    this.kind = kind
    this.afterMs = options.afterMs
    this.paced = options.paced === true
  }
}

/** Any thrown value as a fault; what no translator knew counts as an unknown outcome. */
export const asFault = (thrown: unknown): Fault =>
  thrown instanceof Fault ? thrown : new Fault('unknown', 'internal', { cause: thrown })
