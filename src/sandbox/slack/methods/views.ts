/** `views.*` of the local Slack. Source of the rules: https://docs.slack.dev/reference/methods/views.open */
import { ApiError } from '../api-error.ts'
import type { Args } from '../faults.ts'
import type { Fields, View } from '../model.ts'
import { parseView } from '../validate-views.ts'
import type { Workspace } from '../workspace.ts'
import { type Method, need } from './method.ts'

const refuse = (says: string): ApiError =>
  new ApiError('invalid_arguments', { response_metadata: { messages: [`[ERROR] ${says}`] } })

const checkHash = (args: Args, view: View | undefined): void => {
  if (args.hash && args.hash !== view?.hash) throw new ApiError('hash_conflict')
}

const answer = (view: View): Fields => ({ view: structuredClone(view) })

/** What is wrong with a view is said before the trigger is touched; a trigger that opened nothing still works. */
const open: Method = (args, slack) => {
  const id = need(args, 'trigger_id')
  const content = parseView(need(args, 'view'), 'modal')
  const { user } = slack.readTrigger(id)
  const view = slack.openView(user, content)
  slack.spendTrigger(id)
  return answer(view)
}

const push: Method = (args, slack) => {
  const id = need(args, 'trigger_id')
  const content = parseView(need(args, 'view'), 'modal')
  const trigger = slack.readTrigger(id)
  // The page says "a view on the stack of a root view" and no more: a gesture outside a modal has no such root.
  if (trigger.view === undefined) throw new ApiError('invalid_trigger_id')
  const view = slack.pushView(trigger.user, content)
  slack.spendTrigger(id)
  return answer(view)
}

const findByName = (args: Args, slack: Workspace): View => {
  const { view_id, external_id } = args
  if (view_id && external_id) throw refuse('Cannot provide both `view_id` and `external_id`')
  if (!view_id && !external_id) throw refuse('missing required field: view_id')
  const view = slack.findView(view_id ? { id: view_id } : { externalId: String(external_id) })
  if (!view) throw new ApiError('not_found')
  return view
}

const update: Method = (args, slack) => {
  const field = need(args, 'view')
  const view = findByName(args, slack)
  const content = parseView(field, view.type)
  checkHash(args, view)
  return answer(slack.replaceView(view, content))
}

const publish: Method = (args, slack) => {
  const id = need(args, 'user_id')
  const content = parseView(need(args, 'view'), 'home')
  const user = slack.users().find((one) => one.id === id)
  if (!user || user.is_bot) throw refuse('invalid `user_id`')
  checkHash(args, slack.findHome(user.id))
  return answer(slack.publishView(user.id, content))
}

export const viewMethods: Readonly<Record<string, Method>> = {
  'views.open': open,
  'views.push': push,
  'views.update': update,
  'views.publish': publish,
}
