/**
 * What somebody does on the page, done as the person they chose to be: everything reaches the bot over the wire, as from
 * Slack. What a person could not do in Slack is thrown in words.
 */
import type { LocalSlack } from '../slack/local-slack.ts'
import type { Action } from './actions.ts'
import type { Done } from './seen.ts'

const SHORTCUT = 'curfew:request'

/** Does it in Slack. Not for what concerns the sandbox itself. */
export const actInSlack = async (
  slack: LocalSlack,
  user: string,
  action: Exclude<Action, { do: 'sql' | 'move clock' | 'crash' }>,
): Promise<Done> => {
  switch (action.do) {
    case 'say':
      slack.say({
        user,
        channel: action.channel,
        text: action.text,
        ...(action.thread && { thread_ts: action.thread }),
      })
      return { ok: true }
    case 'command':
      await slack.slashCommand({ user, channel: action.channel, text: action.text })
      return { ok: true }
    case 'press':
      await pressMessage(slack, user, action)
      return { ok: true }
    case 'press in view':
      if (action.in === 'modal') await write(slack, user, action.drafts)
      await slack.pressInView({ user, in: action.in, actionId: action.action, value: action.value })
      return { ok: true }
    case 'choose':
      await write(slack, user, action.drafts)
      await slack.fill({
        user,
        values: { [action.action]: action.value && { value: action.value, text: action.text } },
      })
      return { ok: true }
    case 'suggest':
      return {
        ok: true,
        options: await slack.suggest({ user, actionId: action.action, text: action.text }),
      }
    case 'submit':
      await slack.submit({ user, values: action.drafts })
      return { ok: true }
    case 'close':
      await slack.closeModal({ user })
      return { ok: true }
    case 'shortcut':
      await slack.shortcut({ user, callbackId: SHORTCUT })
      return { ok: true }
    case 'home':
      await slack.openHome({ user })
      return { ok: true }
    default:
      return action satisfies never
  }
}

const write = (slack: LocalSlack, user: string, values: Readonly<Record<string, string>>): Promise<void> =>
  slack.fill({ user, values })

/** A button is told from others of its name by the value it stands there with. */
const pressMessage = async (
  slack: LocalSlack,
  user: string,
  { channel, ts, action, value }: Extract<Action, { do: 'press' }>,
): Promise<void> => {
  await slack.pressButton({ user, channel, ts, actionId: action, ...(value && { value }) })
}
