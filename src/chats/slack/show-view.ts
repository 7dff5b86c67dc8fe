/** Opens, fills and publishes views. Called while a gesture is answered, and for the Home tab; nothing is retried here. */
import type { types } from '@slack/bolt'
import type { Card } from '../../domain/cards/card.ts'
import { Fault } from '../../domain/fault.ts'
import { renderHome } from './render-view.ts'
import { slackErrorOf, translate } from './to-fault.ts'
import type { Api } from './web-client.ts'

/** Where a view may be opened: only with the trigger of a gesture, once, and within 3 s. */
export interface Opening {
  readonly triggerId: string
  /** The gesture was made within a modal: the new view lies above it. */
  readonly above: boolean
}

/** Answers the view's id. */
export const openView = async (
  api: Api,
  { triggerId, above }: Opening,
  view: types.ModalView,
): Promise<string> => {
  const ask = { trigger_id: triggerId, view }
  const answer = await translate({ writes: true }, () =>
    above ? api().views.push(ask) : api().views.open(ask),
  )
  if (!answer.view?.id) throw new Fault('unknown', 'Slack opened a view without saying which.')
  return answer.view.id
}

/** `hash`: only if it still is as it was then; a newer one stays. */
export const updateView = async (
  api: Api,
  id: string,
  view: types.ModalView,
  hash?: string,
): Promise<void> => {
  try {
    await translate({ writes: true }, () => api().views.update({ view_id: id, view, ...(hash && { hash }) }))
  } catch (fault) {
    if (slackErrorOf(fault) !== 'hash_conflict') throw fault
  }
}

export const publishHome = async (
  api: Api,
  user: string,
  card: Card,
  signal?: AbortSignal,
): Promise<void> => {
  const ask = { user_id: user, view: renderHome(card) }
  await translate({ writes: true, about: user }, () => api(signal).views.publish(ask))
}
