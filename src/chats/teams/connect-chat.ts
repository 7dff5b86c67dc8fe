/**
 * Microsoft Teams as a chat: activities in by HTTP, verified by botbuilder; messages out by the connector's REST API.
 * Connected once by the composition root.
 */
import type { ChatKind, Clock, Gesture, Log, Mention, Receiving } from '../../ports.ts'
import type { Delivery } from './activity.ts'
import { answerDelivery, type Desk } from './answer-delivery.ts'
import { createConnector } from './connector.ts'
import { teamRef } from './directory/classify.ts'
import { examine } from './examine.ts'
import { createTokens } from './fetch-token.ts'
import { createHomes, type Homes } from './home.ts'
import { createPace } from './pace.ts'
import { openPersonalChats, postMessages } from './post-messages.ts'
import { readActivity } from './read-activity.ts'
import { createMembers, type FindMember } from './read-members.ts'
import { type HttpAnswer, receiveHttp } from './receive-http.ts'
import type { Outcome } from './render-answer.ts'
import { createReply, type Reply } from './reply.ts'
import type { TeamsSettings } from './settings.ts'
import { createVerify } from './verify.ts'

/** What is being answered gets this long at the end, ms. */
const CLOSE_WITHIN_MS = 3_000

/** An answer that came late is kept this long for whoever looks again, ms; what comes after is asked anew. */
const KEPT_MS = 60_000
const KEPT_MAX = 1_000

const OUTSIDER =
  'Curfew is only for members of the organisation that installed it. Nothing was done; ask one of them instead.'

/** Rejects with a permanent fault, in one sentence, when Microsoft refuses the app. */
export const connectChat: ChatKind<TeamsSettings>['connect'] = async (
  settings,
  { log, clock, receiving },
) => {
  const { cloud } = settings
  const token = createTokens(settings, clock)
  await token(cloud.scope)
  // Teams says with each delivery where the connector is for this tenant; before the first the one for all serves.
  const at = { serviceUrl: cloud.serviceUrl }
  const connector = createConnector({ token, scope: cloud.scope, serviceUrl: () => at.serviceUrl })
  const inTurn = createPace(clock)
  const openPersonal = openPersonalChats({ connector, settings })
  const homes = createHomes(connector)
  const close =
    receiving &&
    receive({
      settings,
      reply: createReply(connector, openPersonal),
      findMember: createMembers(connector, clock, settings.tenantId),
      moved: (serviceUrl) => {
        at.serviceUrl = serviceUrl
      },
      homes,
      log,
      clock,
      receiving,
    })
  return {
    ...postMessages({ connector, inTurn, settings }, openPersonal),
    showHome: (person, card, call) => homes.show(person, card, call),
    examine: (places, call) => examine({ connector, token, scope: cloud.scope }, places, call),
    close: async () => close?.(),
  }
}

interface Reception {
  readonly settings: TeamsSettings
  readonly reply: Reply
  readonly findMember: FindMember
  readonly homes: Homes
  readonly log: Log
  readonly clock: Clock
  readonly receiving: Receiving
  /** The connector says that it is there. */
  moved(serviceUrl: string): void
}

/** Lets gestures in; answers what ends it. */
const receive = ({
  settings,
  reply,
  findMember,
  moved,
  homes,
  log,
  clock,
  receiving,
}: Reception): (() => Promise<void>) => {
  const answering = new Set<Promise<unknown>>()
  const track = <T>(work: Promise<T>): Promise<T> => {
    answering.add(work)
    const done = () => void answering.delete(work)
    work.then(done, done)
    return work
  }

  const kept = new Map<string, Promise<Outcome>>()
  const keep: Desk['keep'] = ({ id }, outcome) => {
    if (kept.size >= KEPT_MAX) return
    kept.set(id, outcome)
    clock.after(KEPT_MS, () => kept.delete(id))
  }

  const handle = async (delivery: Delivery, gesture: Gesture): Promise<Outcome> => {
    const { roster, mri, oid } = delivery.from
    const member = await findMember(roster, mri)
    if (member === undefined || !member.isOurs || member.oid !== oid) return OUTSIDER
    const known = kept.get(gesture.id)
    if (known !== undefined) return known
    return receiving.on(await withMentions(gesture, delivery, findMember))
  }

  const take = async (body: object, serviceUrl: string): Promise<HttpAnswer> => {
    moved(serviceUrl)
    const read = readActivity(body)
    if (read.kind === 'junk') log.warn({ wrong: read.wrong }, 'a delivery that makes no sense')
    if (read.kind === 'junk') return { status: 400 }
    if (read.kind === 'changed') receiving.changed({ kind: 'group', ref: teamRef(read.team) })
    if (read.kind !== 'delivery') return { status: 200 }
    const { delivery } = read
    const desk: Desk = {
      clock,
      log,
      reply,
      homes,
      expects: receiving.expectsForm(delivery.gesture),
      ask: (gesture) => handle(delivery, gesture),
      keep,
      later: (work) => void track(work),
    }
    return track(answerDelivery(delivery, desk))
  }

  const stop = receiveHttp({ verify: createVerify(settings), take, log, route: receiving.route })
  return async () => {
    stop()
    await new Promise<void>((resolve) => {
      const cancel = clock.after(CLOSE_WITHIN_MS, resolve)
      Promise.allSettled(answering).then(() => {
        cancel()
        resolve()
      })
    })
  }
}

/** People are mentioned by their ids for this bot; who is not to be found stays a word. */
const withMentions = async (
  gesture: Gesture,
  { mentioned, from }: Delivery,
  findMember: FindMember,
): Promise<Gesture> => {
  const { does } = gesture
  if (does.kind !== 'words' || mentioned.length === 0) return gesture
  const found = await Promise.all(
    mentioned.map(async ({ mri, name }): Promise<Mention[]> => {
      const member = await findMember(from.roster, mri).catch(() => undefined)
      return member === undefined ? [] : [{ ref: `teams:${member.oid}`, name }]
    }),
  )
  return { ...gesture, does: { ...does, mentions: [...does.mentions, ...found.flat()] } }
}
