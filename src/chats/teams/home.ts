/**
 * Somebody's own page: a card in their chat with Curfew. Its client asks for it anew when it is looked at again, and while
 * this bot remembers where it stands, changes are drawn at once; a bot that was started anew leaves the rest to the client.
 */
import type { Card } from '../../domain/cards/card.ts'
import type { PostedAt } from '../../domain/model.ts'
import type { Call } from '../../ports.ts'
import type { Connector } from './connector.ts'
import { HOME_VERB } from './read-activity.ts'
import { type AdaptiveCard, attach, renderCard, sayCard } from './render-card.ts'
import type { Element } from './render-spans.ts'
import { refusalOf } from './to-fault.ts'

const HOMES_MAX = 10_000

export interface Homes {
  /** Remembers where somebody's page stands. */
  stands(oid: string, mri: string, at: PostedAt): void
  show(oid: string, card: Card, call: Call): Promise<void>
}

/** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/up-to-date-views */
export const renderHome = (card: Card, mri: string): AdaptiveCard => ({
  ...renderCard(card, 'message'),
  refresh: {
    action: { type: 'Action.Execute', title: 'Refresh', verb: HOME_VERB, data: {} },
    userIds: [mri],
  },
})

export const renderHomeMessage = (card: Card, mri: string): Element => ({
  type: 'message',
  summary: sayCard(card),
  attachments: [attach(renderHome(card, mri))],
})

export const createHomes = (connector: Connector): Homes => {
  const known = new Map<string, PostedAt & { readonly mri: string }>()
  return {
    stands: (oid, mri, at) => {
      if (known.size >= HOMES_MAX) known.clear()
      known.set(oid, { ...at, mri })
    },
    show: async (oid, card, { signal }) => {
      const at = known.get(oid)
      if (at === undefined) return
      const path = ['conversations', at.channel, 'activities', at.id]
      const body = { ...renderHomeMessage(card, at.mri), id: at.id }
      try {
        await connector({ writes: true, about: oid, method: 'PUT', path, body, signal })
      } catch (fault) {
        if (![403, 404].includes(refusalOf(fault)?.status ?? 0)) throw fault
        known.delete(oid)
      }
    },
  }
}
