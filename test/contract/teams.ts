/** Microsoft Teams for the contract suite of chats: a local Teams, and the plug-in that verifies its tokens. */

import { call } from '../chats/bot-side.ts'
import { startWorld } from '../chats/teams-world.ts'
import { nodesOf } from '../fixtures/local-teams/check-card.ts'
import type { Answered, Sent } from '../fixtures/local-teams/drive.ts'
import type { Message, Node } from '../fixtures/local-teams/model.ts'
import { liveIn, liveInText, readActivity, readCard } from '../fixtures/local-teams/read-card.ts'
import type { ChatDescriptor, ChatStage } from './chat.ts'

const FIELD = 'field:'
const UNTIL_MS = 10_000
const POLL_MS = 10

const until = async <T>(look: () => T): Promise<T> => {
  const startedMs = performance.now()
  for (;;) {
    const seen = look()
    if (seen) return seen
    if (performance.now() - startedMs > UNTIL_MS) throw new Error('it did not come')
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

export const teamsDescriptor: ChatDescriptor = {
  name: 'teams',
  can: { findsMessages: false, opensFormsByWords: false, choices: 15, hearsOfPeople: false },
  start: async () => {
    const world = await startWorld()
    const { teams, chat } = world
    teams.addPerson({ name: 'otto', tenantId: '00000000-0000-0000-0000-00000000e15e' })
    teams.join('dbas', 'otto')
    const engineers = teams.addChannel({ name: 'engineers', members: ['ana', 'bob'] })
    let sent: Sent | undefined

    const took = async (doing: Promise<Answered>): Promise<number> => {
      const answered = await doing
      if (answered.status !== 200) throw new Error(`the bot answered with ${answered.status}`)
      sent = answered.sent
      return answered.ms
    }
    // Each has a rate limit of its own.
    let channels = 0
    const newChannel = (name: string): string => {
      channels += 1
      return teams.addChannel({ name: `${name}-${channels}`, members: ['ana', 'bob', 'otto'] }).id
    }
    const messagesFor = (who: string): readonly Message[] => {
      const { oid } = teams.person(who)
      const personal = teams.personalWith(teams.person(who)).id
      return teams.messages.filter((one) => one.to === oid || one.conversation === personal)
    }
    const isHome = ({ activity }: Message): boolean => nodesOf(activity).some(({ refresh }) => refresh)
    const homeOf = (who: string): Message | undefined => messagesFor(who).filter(isHome).at(-1)
    const errorsIn = (card: Node): Record<string, string> => {
      const errors: Record<string, string> = {}
      let field = ''
      for (const node of nodesOf(card.body)) {
        if (node.type?.startsWith('Input.')) field = String(node.id).slice(FIELD.length)
        if (node.type === 'TextRun' && String(node.text).startsWith('✗ '))
          errors[field] = String(node.text).slice(2)
      }
      return errors
    }
    const find = ({ channel, id }: { channel: string; id: string }) => teams.findMessage(channel, id)

    const stage: ChatStage = {
      chat,
      gestures: world.gestures,
      hints: world.changes,
      answerWith: world.answerWith,
      expectForms: world.expectForms,
      refOf: (who) =>
        who === '@engineers' ? `teams:team/${engineers.team}` : `teams:${teams.person(who).oid}`,
      place: (kind, to) => ({
        chat: 'teams',
        kind,
        to: kind === 'dm' ? teams.person(to).oid : newChannel(to),
      }),
      call,
      type: (who, text) => took(teams.say(who, text, 'dbas')),
      askForForm: (who) => took(teams.extend(who, 'request', 'dbas')),
      press: async (who, label, at) => {
        const message = find(at)
        if (message === undefined) throw new Error('there is no such message')
        return took(teams.pressOn(who, label, message))
      },
      pressPrivately: (who, label) => {
        const message = messagesFor(who).at(-1)
        if (message === undefined) throw new Error(`${who} got no answer yet`)
        return took(teams.pressOn(who, label, message))
      },
      repeat: async () => {
        if (sent === undefined) throw new Error('nothing was sent yet')
        await teams.post(sent)
      },
      shortcut: (who) => took(teams.extend(who, 'request', 'dbas')),
      lookAgain: async (who) => {
        const asks = nodesOf(teams.dialogOf(who)?.card).some(({ title }) => title === 'Look again')
        if (asks) await took(teams.pressInDialog(who, 'Look again'))
      },
      pressInForm: (who, label) => took(teams.pressInDialog(who, label)),
      choose: async (who, field, value) => {
        teams.fill(who, { [`${FIELD}${field}`]: value })
        const input = nodesOf(teams.dialogOf(who)?.card).find(({ id }) => id === `${FIELD}${field}`)
        if (input?.type === 'Input.ChoiceSet')
          await took(teams.pressInDialog(who, 'Show what my choice means'))
      },
      search: async (who, field, text) =>
        (await teams.search(who, `${FIELD}${field}`, text)).map(({ title }) => title),
      dismiss: async (who) => teams.close(who),
      submit: (who, values) => {
        teams.fill(
          who,
          Object.fromEntries(Object.entries(values).map(([name, value]) => [`${FIELD}${name}`, value])),
        )
        return took(teams.submit(who))
      },
      openHome: (who) => took(teams.say(who, 'mine')),
      pressAtHome: (who, label) => {
        const message = homeOf(who)
        if (message === undefined) throw new Error(`${who} has no page`)
        return took(teams.pressOn(who, label, message))
      },
      leave: async (who) => {
        teams.person(who).gone = true
      },
      regroup: async (group, who) => {
        const { id = '', members } = teams.teams.get(teams.channel(group).team ?? '') ?? {}
        const left = [...(members ?? [])].filter((oid) => !who.some((name) => teams.person(name).oid === oid))
        for (const oid of left) members?.delete(oid)
        await took(
          teams.send({
            ...teams.around(teams.person('ana'), teams.channel(group)),
            type: 'conversationUpdate',
            membersRemoved: left.map((oid) => ({ id: teams.byId(oid)?.mri, aadObjectId: oid })),
            channelData: { tenant: { id: teams.tenantId }, eventType: 'teamMemberRemoved', team: { id } },
          }),
        )
      },
      privately: (who) =>
        teams.heardBy(who).map((one) => (typeof one === 'string' ? one : readActivity(one.activity))),
      form: (who) => {
        const open = teams.dialogOf(who)
        if (open === undefined) return undefined
        const typed = Object.entries(open.values).map(([id, value]) => `${id}: ${value}`)
        return [open.title, readCard(open.card), ...typed].join('\n')
      },
      errors: (who) => errorsIn(teams.dialogOf(who)?.card ?? {}),
      home: (who) => {
        const message = homeOf(who)
        return message && readActivity(message.activity)
      },
      besideHome: (who) => stage.privately(who).at(-1),
      message: (at) => {
        const message = find(at)
        return message && readActivity(message.activity)
      },
      thread: ({ channel, id }) =>
        teams.messages
          .filter((one) => one.conversation === channel && one.root === id)
          .map(({ activity }) => readActivity(activity)),
      spoken: (at) => find(at)?.activity.summary ?? '',
      live: () => [
        ...teams.messages.flatMap(({ activity }) => [
          ...nodesOf(activity)
            .filter(({ type }) => type === 'AdaptiveCard')
            .flatMap(liveIn),
          ...liveInText(`${activity.text ?? ''} ${activity.summary ?? ''}`),
        ]),
        ...teams.allDialogs().flatMap(({ card }) => liveIn(card)),
        ...teams.allOwn().flatMap(liveIn),
        ...teams.notices.flatMap(({ text }) => liveInText(text)),
      ],
      until,
      closeForms: () => () => undefined,
      stop: world.stop,
    }
    return stage
  },
}
