/**
 * Reads what happens in views, and the shortcut that opens one: submissions, choices, searches, buttons. Called by
 * read-gesture; everything that a view carries is a claim and is handed on as one.
 */
import { z } from 'zod'
import type { Gesture } from '../../ports.ts'
import { id, junk, origin, originOf, type Read, triggerId, type Way } from './delivery.ts'
import { ACTION_PREFIX } from './render-card.ts'
import { FIELD_PREFIX, FORM_PREFIX, nameOfField } from './render-view.ts'

/** More than a field of ours can hold, less than would be worth anybody's time. Characters. */
const VALUE_MAX = 10_000
const FIELDS_MAX = 100

const option = z.object({ value: z.string().max(VALUE_MAX) })

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
const input = z.object({
  value: z.string().max(VALUE_MAX).nullish(),
  selected_option: option.nullish(),
})

const view = z.object({
  id: z.string().min(1).max(255),
  type: z.enum(['modal', 'home']),
  hash: z.string().max(255).default(''),
  callback_id: z.string().max(255).default(''),
  private_metadata: z.string().max(3_000).default(''),
  state: z
    .object({
      values: z
        .record(z.string(), z.record(z.string(), input))
        .refine((values) => Object.keys(values).length <= FIELDS_MAX),
    })
    .nullish(),
})
type View = z.infer<typeof view>

const submission = origin.extend({ trigger_id: triggerId, view })

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const actions = origin.extend({
  trigger_id: triggerId,
  view,
  actions: z.tuple(
    [
      z.object({
        action_id: z.string().max(255),
        value: z.string().max(2_000).default(''),
        selected_option: option.nullish(),
      }),
    ],
    z.unknown(),
  ),
})

/** https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload */
const suggestion = origin.extend({
  action_id: z.string().max(255),
  value: z.string().max(VALUE_MAX),
  view,
})

/** https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload */
const shortcut = origin.extend({ trigger_id: triggerId, callback_id: z.string().max(255) })

/** https://docs.slack.dev/reference/events/app_home_opened */
const homeOpened = z.object({
  event_id: z.string().min(1).max(255),
  team_id: id,
  enterprise_id: id.nullish(),
  event: z.object({ user: id, tab: z.string() }),
})

const isOurs = (name: string): boolean => name.startsWith(FORM_PREFIX)

/** What was filled in; blocks that are no fields of ours are left out. */
const valuesOf = ({ state }: View): Record<string, string> =>
  Object.fromEntries(
    Object.entries(state?.values ?? {}).flatMap(([block, elements]) => {
      const name = nameOfField(block)
      const value = elements[block]?.value ?? elements[block]?.selected_option?.value
      return name === undefined || value == null ? [] : [[name, value]]
    }),
  )

const filledOf = (view: View) => ({
  form: view.callback_id.slice(FORM_PREFIX.length),
  about: view.private_metadata,
  values: valuesOf(view),
})

const delivered = (
  gestureId: string,
  from: z.infer<typeof origin>,
  does: Gesture['does'],
  way: Way,
): Read => ({
  kind: 'delivery',
  delivery: {
    gesture: { id: `slack:${gestureId}`, chat: 'slack', actor: `slack:${from.user.id}`, does },
    from: originOf(from),
    way,
  },
})

export const readSubmission = (body: unknown): Read => {
  const parsed = submission.safeParse(body)
  if (!parsed.success) return junk(parsed.error)
  const { view, trigger_id } = parsed.data
  if (!isOurs(view.callback_id)) return { kind: 'foreign' }
  const does = { kind: 'submit', ...filledOf(view) } as const
  const fields = Object.keys(view.state?.values ?? {}).filter((block) => block.startsWith(FIELD_PREFIX))
  return delivered(trigger_id, parsed.data, does, { by: 'submission', viewId: view.id, fields })
}

export const readViewAction = (body: unknown): Read => {
  const parsed = actions.safeParse(body)
  if (!parsed.success) return junk(parsed.error)
  const { view, trigger_id } = parsed.data
  const [{ action_id, value, selected_option }] = parsed.data.actions
  const field = nameOfField(action_id)
  if (field !== undefined && isOurs(view.callback_id)) {
    const { values, ...filled } = filledOf(view)
    // What was chosen counts, also where the state does not say so yet.
    const chosen = { ...values, ...(selected_option && { [field]: selected_option.value }) }
    const does = { kind: 'change', ...filled, values: chosen } as const
    return delivered(trigger_id, parsed.data, does, { by: 'redraw', viewId: view.id, hash: view.hash })
  }
  if (!action_id.startsWith(ACTION_PREFIX)) return { kind: 'foreign' }
  const does = { kind: 'press', verb: action_id.slice(ACTION_PREFIX.length), value } as const
  const opening = { triggerId: trigger_id, above: view.type === 'modal' }
  return delivered(trigger_id, parsed.data, does, { by: 'view', opening })
}

/** Slack gives a search no id: whoever types the same into the same view gets the same answer. */
export const readSearch = (body: unknown): Read => {
  const parsed = suggestion.safeParse(body)
  if (!parsed.success) return junk(parsed.error)
  const { view, action_id, value } = parsed.data
  const field = nameOfField(action_id)
  if (field === undefined || !isOurs(view.callback_id)) return { kind: 'foreign' }
  const does = { kind: 'search', ...filledOf(view), field, text: value } as const
  return delivered(`${view.id}/${view.hash}/${action_id}/${value}`, parsed.data, does, { by: 'options' })
}

export const readShortcut = (body: unknown): Read => {
  const parsed = shortcut.safeParse(body)
  if (!parsed.success) return junk(parsed.error)
  const { callback_id, trigger_id } = parsed.data
  if (!isOurs(callback_id)) return { kind: 'foreign' }
  const does = { kind: 'open', form: callback_id.slice(FORM_PREFIX.length) } as const
  return delivered(trigger_id, parsed.data, does, {
    by: 'view',
    opening: { triggerId: trigger_id, above: false },
  })
}

export const readHomeOpened = (body: unknown): Read => {
  const parsed = homeOpened.safeParse(body)
  if (!parsed.success) return junk(parsed.error)
  const { event_id, team_id, enterprise_id, event } = parsed.data
  if (event.tab !== 'home') return { kind: 'foreign' }
  const from = {
    user: { id: event.user, team_id },
    team: { id: team_id },
    enterprise: enterprise_id ? { id: enterprise_id } : null,
  }
  return delivered(event_id, from, { kind: 'home' }, { by: 'home', user: event.user })
}
