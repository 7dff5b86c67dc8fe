/** What somebody may ask for, as a list they can type from. */
import { showDuration } from '../duration.ts'
import { LIST_MAX } from '../limits.ts'
import type { Entitlement } from '../model.ts'
import type { Policy } from '../policy.ts'
import { type Card, code, type Part, plain, type Span } from './card.ts'
import { howDecided } from './request-card.ts'

export interface Offer {
  readonly entitlement: Entitlement
  readonly actions: readonly string[]
  /** The one that governs now. */
  readonly policy: Policy
}

/** At most {@link LIST_MAX} lines; the rest is counted, and a filter is named. */
export const drawCatalog = (offers: readonly Offer[], filter: string): Card => {
  const fitting = offers.filter((offer) => offerName(offer).toLowerCase().includes(filter))
  const shown = fitting.slice(0, LIST_MAX)
  const summary = plain(summarize(fitting.length, offers.length, filter))
  return {
    title: 'What you may ask for',
    summary: [summary],
    parts: [
      ...(shown.length === 0 ? [{ part: 'text', spans: [summary] } as const] : []),
      ...listOffers(shown),
      ...tail(fitting.length - shown.length),
    ],
  }
}

/** One line each: what it allows, who is asked, for how long. */
export const listOffers = (offers: readonly Offer[]): readonly Part[] =>
  offers.map((offer): Part => ({ part: 'text', spans: lineOf(offer) }))

/** `target/role` */
export const offerName = ({ entitlement: { target, role } }: Offer): string => `${target}/${role}`

const summarize = (fitting: number, all: number, filter: string): string => {
  if (all === 0) return 'There is nothing that a policy lets you ask for. Ask an operator.'
  if (fitting === 0) return `Nothing that you may ask for is called like “${filter}”. All of it: /jit catalog`
  return `You may ask for ${fitting} ${fitting === 1 ? 'entitlement' : 'entitlements'}.`
}

const lineOf = (offer: Offer): readonly Span[] => {
  const { actions, policy } = offer
  const means = actions.length === 0 ? '' : ` (${actions.join(', ')})`
  const most = showDuration(policy.maxMs)
  const times =
    policy.defaultMs === policy.maxMs ? most : `${showDuration(policy.defaultMs)}, at most ${most}`
  return [code(offerName(offer)), plain(`${means}: ${howDecided(policy)}; ${times}`)]
}

const tail = (left: number): readonly Part[] =>
  left === 0
    ? []
    : [{ part: 'note', spans: [plain(`and ${left} more; narrow it down: `), code('/jit catalog WORD')] }]
