/** Slack for the contract suite of chats: a local Slack, and the plug-in connected to it by sockets or by signed HTTP. */
import type { Answered, Sent } from '../../src/sandbox/slack/carry.ts'
import { type By, call, startWorld } from '../chats/slack-world.ts'
import type { ChatDescriptor, ChatStage } from './chat.ts'

const FIELD = 'field:'
const UNTIL_MS = 10_000

export const describeSlack = (by: By): ChatDescriptor => ({
  name: `slack, by ${by}`,
  can: { findsMessages: true, opensFormsByWords: true, choices: 100, hearsOfPeople: true },
  start: async () => {
    const world = await startWorld({ by })
    const { slack, chat } = world
    slack.addUser({ name: 'otto', is_stranger: true, team_id: 'T0ELSE0000' })
    slack.addGroup({ handle: 'engineers', users: [] })
    let sent: Sent | undefined

    const took = async (doing: Promise<Answered>): Promise<number> => {
      const { request, ms, status } = await doing
      if (status !== 200) throw new Error(`the bot answered with ${status}`)
      sent = request
      return ms
    }
    // Each has a rate limit of its own.
    let channels = 0
    const newChannel = (name: string): string => {
      channels += 1
      return slack.addChannel({ name: `${name}-${channels}`, members: ['ana', 'bob'], bot: true }).id
    }
    const asFields = (values: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(values).map(([name, value]) => [`${FIELD}${name}`, value]))
    const everything = () => [
      ...slack.channels().flatMap(({ id }) => slack.all(id)),
      ...slack.users().flatMap(({ id }) => [...slack.ephemeral(id), ...slack.modals(id), slack.home(id)]),
    ]

    const stage: ChatStage = {
      chat,
      gestures: world.gestures,
      hints: world.changes,
      answerWith: world.answerWith,
      expectForms: world.expectForms,
      refOf: (who) => `slack:${who.startsWith('@') ? slack.findGroup(who.slice(1))?.id : slack.user(who).id}`,
      place: (kind, to) => ({ chat: 'slack', kind, to: kind === 'dm' ? slack.user(to).id : newChannel(to) }),
      call,
      type: (user, text) => took(slack.slashCommand({ user, text, channel: 'dbas' })),
      askForForm: (user) => took(slack.slashCommand({ user, text: '', channel: 'dbas' })),
      press: (user, label, at) => took(slack.pressButton({ user, label, channel: at.channel, ts: at.id })),
      pressPrivately: (user, label) => {
        const message = slack.ephemeral(user).at(-1)
        if (message === undefined) throw new Error(`${user} got no answer yet`)
        return took(slack.pressButton({ user, label, message }))
      },
      repeat: async () => {
        if (sent === undefined) throw new Error('nothing was sent yet')
        await slack.replay(sent)
      },
      shortcut: (user) => took(slack.shortcut({ user, callbackId: 'curfew:request' })),
      lookAgain: async () => undefined,
      pressInForm: (user, label) => took(slack.pressInView({ user, label, in: 'modal' })),
      choose: (user, field, value) => slack.fill({ user, values: { [`${FIELD}${field}`]: value } }),
      search: async (user, field, text) =>
        (await slack.suggest({ user, actionId: `${FIELD}${field}`, text })).map((one) => one.text),
      dismiss: async (user) => {
        while (slack.modal(user) !== undefined) await slack.closeModal({ user })
      },
      submit: (user, values) => took(slack.submit({ user, values: asFields(values) })),
      openHome: (user) => took(slack.openHome({ user })),
      pressAtHome: (user, label) => took(slack.pressInView({ user, label, in: 'home' })),
      leave: async (user) => void (await slack.deactivate({ user })),
      regroup: async (group, users) => void (await slack.setGroup({ group, users })),
      privately: (who) => slack.ephemeral(who).map((message) => slack.renderText(message)),
      form: (who) => {
        const view = slack.modal(who)
        return view && slack.renderText(view)
      },
      errors: (who) =>
        Object.fromEntries(
          Object.entries(slack.errors(who)).map(([block, says]) => [block.slice(FIELD.length), says]),
        ),
      home: (who) => {
        const view = slack.home(who)
        return view && slack.renderText(view)
      },
      besideHome: (who) => stage.form(who),
      message: ({ channel, id }) => {
        const found = slack.find(channel, id)
        return found && slack.renderText(found)
      },
      thread: ({ channel, id }) =>
        slack
          .thread(channel, id)
          .slice(1)
          .map((message) => slack.renderText(message)),
      spoken: ({ channel, id }) => slack.find(channel, id)?.text ?? '',
      live: () =>
        everything()
          .flatMap((shown) => (shown === undefined ? [] : slack.live(shown)))
          .flatMap((token) => (token.is === 'date' ? [] : [`${token.is} ${token.id}`])),
      until: (look) => slack.waitFor(look, { timeoutMs: UNTIL_MS }),
      closeForms: () => slack.failCalls('views.open', { does: 'refuse', error: 'expired_trigger_id' }).off,
      stop: async () => {
        const warnings = slack.warnings()
        await world.stop()
        if (warnings.length > 0) throw new Error(`Slack warned: ${JSON.stringify(warnings)}`)
      },
    }
    return stage
  },
})
