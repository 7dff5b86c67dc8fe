/**
 * Ways in which the local Slack fails on purpose, per Web API method (or `response_url`), so that tests can
 * see what the bot makes of them. Switched on by tests, consulted by the HTTP server, off by default.
 */

export type Failure =
  /** 429; without `retryAfterS` the header is missing, as behind some proxies. */
  | { readonly does: 'limit'; readonly retryAfterS?: number }
  | { readonly does: 'status'; readonly status: number }
  | { readonly does: 'reset' }
  /** No answer until {@link SwitchedOn.release}; the method has not run. */
  | { readonly does: 'hang' }
  /** The method really runs, and nobody hears of it. */
  | { readonly does: 'accept then reset' }
  | { readonly does: 'accept then hang' }
  /** `{ok: false, error}`, e.g. `account_inactive`. */
  | { readonly does: 'refuse'; readonly error: string }

export type Args = Readonly<Record<string, string | undefined>>

export interface SwitchedOn {
  /** No more failures; calls that hang go on hanging. */
  off(): void
  /** Calls that hang are answered now, and no more fail. */
  release(): void
  /** How many calls failed so far. */
  hits(): number
}

interface Rule {
  readonly method: string
  readonly failure: Failure
  readonly when: (args: Args) => boolean
  left: number
  hits: number
  readonly held: (() => void)[]
}

export interface Faults {
  /**
   * Lets calls of a method (`*`: of all) fail, `times` times or until switched off. Of several rules that
   * fit, the oldest comes first.
   */
  failCalls(
    method: string,
    failure: Failure,
    options?: { times?: number; when?: (args: Args) => boolean },
  ): SwitchedOn
  stopFailing(): void
  /** The failure for this call, if any; `hold` keeps an answer back until it is released. */
  take(method: string, args: Args): { failure: Failure; hold: (answer: () => void) => void } | undefined
}

export const createFaults = (): Faults => {
  let rules: Rule[] = []
  const drop = (rule: Rule) => {
    rules = rules.filter((one) => one !== rule)
  }

  return {
    failCalls: (method, failure, { times = Number.POSITIVE_INFINITY, when = () => true } = {}) => {
      const rule: Rule = { method, failure, when, left: times, hits: 0, held: [] }
      rules = [...rules, rule]
      return {
        off: () => drop(rule),
        release: () => {
          drop(rule)
          for (const answer of rule.held.splice(0)) answer()
        },
        hits: () => rule.hits,
      }
    },
    stopFailing: () => {
      rules = []
    },
    take: (method, args) => {
      const fits = (one: Rule) => (one.method === method || one.method === '*') && one.when(args)
      const rule = rules.find(fits)
      if (!rule) return undefined
      rule.hits += 1
      rule.left -= 1
      if (rule.left <= 0) drop(rule)
      return { failure: rule.failure, hold: (answer) => void rule.held.push(answer) }
    },
  }
}
