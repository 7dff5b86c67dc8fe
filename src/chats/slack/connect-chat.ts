/**
 * Slack as a chat: gestures in through Bolt, over sockets or signed HTTP, messages out by the Web API. Connected once by
 * the composition root; both ways in end at the same door.
 */
import { App, type Receiver } from '@slack/bolt'
import type { Answer, ChatKind, Clock, Log, Receiving } from '../../ports.ts'
import { type Acknowledge, answerGesture } from './answer-gesture.ts'
import type { Delivery, Origin } from './delivery.ts'
import type { Doorway, DoorwayTools } from './doorway.ts'
import { examine } from './examine.ts'
import { guardChannels } from './guard-channels.ts'
import { type Installation, readInstallation } from './installation.ts'
import { judgeOrigin } from './judge-origin.ts'
import { createPace } from './pace.ts'
import { postMessages } from './post-messages.ts'
import { handOnChange } from './read-change.ts'
import { readGesture } from './read-gesture.ts'
import { readUser } from './read-user.ts'
import { receiveHttp } from './receive-http.ts'
import { receiveSockets } from './receive-sockets.ts'
import type { SlackSettings } from './settings.ts'
import { publishHome } from './show-view.ts'
import { translate } from './to-fault.ts'
import { type Api, bridgeLogger, clientOptions, createApi } from './web-client.ts'

/** What is being answered gets this long at the end, ms. */
const CLOSE_WITHIN_MS = 3_000

const OUTSIDER =
  'Curfew is only for members of the organisation that installed it. Nothing was done; ask one of them instead.'

/**
 * One door for everything Bolt delivers, so that no two listeners can answer one delivery. The token was
 * verified before, with ids given: the constructor calls nobody.
 */
const createApp = (settings: SlackSettings, receiver: Receiver, at: Installation, log: Log): App => {
  const app = new App({
    receiver,
    token: settings.token,
    tokenVerificationEnabled: false,
    botId: at.botId,
    botUserId: at.botUserId,
    convoStore: false,
    attachFunctionToken: false,
    logger: bridgeLogger(log),
    clientOptions: clientOptions(settings, log),
  })
  app.error(async (err) => log.error({ err }, 'a delivery failed within bolt'))
  return app
}

const admit = async (from: Origin, at: Installation, api: Api): Promise<boolean> => {
  const judged = judgeOrigin(from, at)
  if (judged !== 'unclear') return judged === 'ours'
  const answer = await translate({ writes: false, about: from.user }, () =>
    api().users.info({ user: from.user }),
  )
  const person = readUser(answer.user, at)
  return person !== undefined && person.standing !== 'stranger'
}

/** Rejects with a permanent fault, in one sentence, when Slack refuses a token. */
export const connectChat: ChatKind<SlackSettings>['connect'] = async (
  settings,
  { log, clock, receiving },
) => {
  const api = createApi(settings, log)
  const at = await readInstallation(api())
  const pace = createPace(clock)
  const close = receiving && (await receive({ settings, at, api, log, clock, receiving }))
  return {
    ...postMessages({ api, at, inTurn: pace, guard: guardChannels(api, clock) }),
    showHome: (person, card, call) =>
      pace({ method: 'views.publish', rank: 'people', call }, () =>
        publishHome(api, person, card, call.signal),
      ),
    examine: (places, call) => examine({ api, ...appApi(settings, log) }, places, call),
    close: async () => close?.(),
  }
}

interface Reception {
  readonly settings: SlackSettings
  readonly at: Installation
  readonly api: Api
  readonly log: Log
  readonly clock: Clock
  readonly receiving: Receiving
}

/** Lets gestures in; resolves, once they come, with what ends it. */
const receive = async ({
  settings,
  at,
  api,
  log,
  clock,
  receiving,
}: Reception): Promise<() => Promise<void>> => {
  const doorway = openDoorway(settings, { log, clock, route: receiving.route })
  const app = createApp(settings, doorway.receiver, at, log)
  const answering = new Set<Promise<void>>()

  const handle = async ({ gesture, from }: Delivery): Promise<Answer | string> =>
    (await admit(from, at, api)) ? receiving.on(gesture) : OUTSIDER

  const take = async (body: unknown, acknowledge: Acknowledge): Promise<void> => {
    const read = readGesture(body)
    if (read.kind !== 'delivery') {
      if (read.kind === 'junk') log.warn({ wrong: read.wrong }, 'a delivery that makes no sense')
      return acknowledge()
    }
    const { delivery } = read
    const desk = {
      api,
      clock,
      acknowledge,
      expects: receiving.expectsForm(delivery.gesture),
      log,
      gesture: delivery.gesture.id,
    }
    const answered = answerGesture(delivery, () => handle(delivery), desk)
    answering.add(answered)
    await answered.finally(() => answering.delete(answered))
  }

  app.use(async (args) => {
    const acknowledge = 'ack' in args ? (args.ack as Acknowledge | undefined) : undefined
    // Bolt acknowledges events itself.
    await take(args.body, acknowledge ?? (async () => undefined))
    if (acknowledge === undefined) handOnChange(args.body, { at, receiving, log })
  })
  await doorway.open()

  return async () => {
    const drained = new Promise<void>((resolve) => {
      const cancel = clock.after(CLOSE_WITHIN_MS, resolve)
      Promise.allSettled(answering).then(() => {
        cancel()
        resolve()
      })
    })
    await doorway.close(drained)
  }
}

const appApi = ({ receives, ...settings }: SlackSettings, log: Log): { asApp?: Api } =>
  receives.by === 'http' ? {} : { asApp: createApi({ ...settings, token: receives.appToken }, log) }

const openDoorway = (settings: SlackSettings, tools: DoorwayTools): Doorway =>
  settings.receives.by === 'http'
    ? receiveHttp(settings.receives.signingSecret, tools)
    : receiveSockets(settings, tools)
