/**
 * Brings one place in chat up to date: its card, and a numbered line for every told event. What is about to be sent is
 * written down first, so that a message whose fate is unknown is looked for before it is sent again.
 */
import { createHash } from 'node:crypto'
import type { Card } from '../domain/cards/card.ts'
import { buttonsUnder } from '../domain/cards/request-buttons.ts'
import { drawRequest } from '../domain/cards/request-card.ts'
import { drawLine, drawLines, isToldIn, linesThatFit } from '../domain/cards/thread-lines.ts'
import { type Delivery, type Message, messageKey, nextLines } from '../domain/delivery.ts'
import { canonical } from '../domain/entry.ts'
import { asFault, Fault } from '../domain/fault.ts'
import { DELIVERY_MS, DELIVERY_PUT_OFF_MS } from '../domain/limits.ts'
import {
  type Instant,
  type PostedAt,
  placeId,
  type RecordKey,
  type Request,
  requestKey,
  seatRecordKey,
} from '../domain/model.ts'
import type { RequestEvent } from '../domain/request.ts'
import { tell } from '../domain/words.ts'
import type { Chat, Destination } from '../ports.ts'
import { callOutside } from './call.ts'
import { dueInChat } from './chat-lanes.ts'
import type { Deps } from './deps.ts'
import { readState } from './load.ts'
import { saveDelivery, saveFirstPost, saveUnreached } from './save-delivery.ts'
import { sendOnce, waitAfter } from './send-once.ts'

interface View {
  readonly key: RecordKey
  readonly delivery: Delivery
  readonly request: Request
  readonly now: Instant
  readonly card: Card
  /** One per told event, in order; undefined: some are missing, so that none can be numbered. */
  readonly lines: readonly Card[] | undefined
}

/** Does the next thing this place is behind with; answers whether there is more to do at once. */
export const deliver = async (deps: Deps, key: RecordKey): Promise<boolean> => {
  const view = await load(deps, key)
  if (typeof view === 'string') return view === 'moved on'
  if ((view.delivery.busyUntil ?? 0) > view.now) return stayAway(deps, view)
  const chat = deps.chats.get(view.delivery.place.chat)
  if (chat === undefined)
    return putOff(deps, view, { trouble: 'this chat is not connected' }, DELIVERY_PUT_OFF_MS)
  try {
    return await catchUp(deps, chat, view)
  } catch (thrown) {
    return failed(deps, view, asFault(thrown))
  }
}

const catchUp = (deps: Deps, chat: Chat, view: View): Promise<boolean> => {
  const { delivery, card, lines = [] } = view
  if (delivery.posted === undefined)
    return post(deps, chat, view, { message: 'card', card, to: { place: delivery.place } })
  // A line notifies somebody, a redraw does not.
  const count = linesThatFit(lines.slice(delivery.lines))
  if (count > 0) {
    const message = nextLines(delivery, count)
    const told = drawLines(lines.slice(message.from - 1, message.to))
    return post(deps, chat, view, {
      message,
      card: told,
      to: { place: delivery.place, under: delivery.posted },
    })
  }
  if (delivery.shown !== fingerprint(card)) return redraw(deps, chat, view, delivery.posted)
  if (view.lines === undefined) throw new Fault('retry', NOT_WHOLE)
  return finish(deps, view)
}

const NOT_WHOLE =
  'entries about this are missing from the journal, so that no line can be told: curfew verify'

/** Another bot is at it. It sees what made us look before it is done; should it die, this comes again. */
const stayAway = async ({ journal }: Deps, { key, delivery }: View): Promise<boolean> => {
  const { v, place, posted, busyUntil = null } = delivery
  for (const { lane, at } of dueInChat(key, place, posted, busyUntil))
    if (at !== null) await journal.release(lane, key, v, at)
  return false
}

const load = async (deps: Deps, key: RecordKey): Promise<View | 'nothing' | 'moved on'> => {
  const first = await deps.journal.load([key])
  const found = readState('delivery', first.records.get(key))
  if (found === null) return 'nothing'
  const owner = requestKey(found.request)
  const [{ now, records }, entries, texts] = await Promise.all([
    deps.journal.load([key, owner]),
    deps.journal.entries(owner),
    deps.journal.texts(owner),
  ])
  const delivery = readState('delivery', records.get(key))
  const request = readState('request', records.get(owner))
  if (delivery === null || request === null) return 'nothing'
  const isWhole = entries.length === request.v
  if (!isWhole && (await movedOn(deps, owner, request.v))) return 'moved on'
  const seatKey = seatRecordKey(request.access.seat)
  const seat = readState('seat', (await deps.journal.load([seatKey])).records.get(seatKey))
  const { kind } = delivery.place
  const card = drawRequest({ request, texts, ...(seat === null ? {} : { seat }) }, kind)
  const told = entries
    .map(({ event }) => event as unknown as RequestEvent)
    .map((event) => ({ event, spans: tell(event, request, texts) }))
  const lines = told
    .filter(({ event, spans }) => spans !== null && isToldIn(kind, event))
    .map(({ event, spans }, i) => drawLine(i + 1, event.at, spans ?? [], buttonsUnder(event, request, kind)))
  return { key, delivery, request, now, card, lines: isWhole ? lines : undefined }
}

/** Entries and request were not read as one: either may be the newer. If they still differ, some are lost. */
const movedOn = async ({ journal }: Deps, owner: RecordKey, v: number): Promise<boolean> => {
  const entries = await journal.entries(owner)
  const { records } = await journal.load([owner])
  return entries.length === v || records.get(owner)?.v !== v
}

interface Errand {
  readonly message: Message
  readonly card: Card
  readonly to: Destination
}

const post = async (deps: Deps, chat: Chat, view: View, { message, card, to }: Errand): Promise<boolean> => {
  const { delivery, now } = view
  const key = messageKey(delivery.request, placeId(delivery.place), message)
  const sent = await sendOnce(deps, chat, {
    to,
    card,
    key,
    now,
    trying: delivery.trying,
    note: (trying) => {
      const upTo = message === 'card' ? {} : { upTo: message.to }
      return occupy(deps, view, { ...delivery, trying: { ...trying, ...upTo } })
    },
  })
  if (sent === null) return true
  const { at, noted } = sent
  // What was found may have been drawn from an older state.
  const written =
    noted === undefined
      ? posted(deps, view, message, at, null)
      : posted(deps, { ...view, delivery: noted }, message, at, card)
  return written.catch(itStands)
}

/** Whatever goes wrong now, the message is there: the note of it must stay, so that it is found and not sent again. */
const itStands = (thrown: unknown): never => {
  const { message, afterMs } = asFault(thrown)
  throw new Fault('unknown', message, { cause: thrown, ...(afterMs !== undefined && { afterMs }) })
}

/** Takes the place for one call to the chat; null when somebody else was first. */
const occupy = async (deps: Deps, { key }: View, next: Delivery) => {
  const sinceMs = deps.clock.monotonicMs()
  const { now } = await deps.journal.load([])
  const notAfter = now + DELIVERY_MS
  const delivery = await saveDelivery(deps, key, { ...next, busyUntil: notAfter, nextAt: notAfter })
  return delivery && { noted: delivery, limits: { now, sinceMs, notAfter } }
}

/** Nobody is at it, and nothing is wrong. */
const atRest = ({ busyUntil: _, trouble: __, ...rest }: Delivery): Delivery => ({ ...rest, tries: 0 })

const posted = async (
  deps: Deps,
  view: View,
  message: Message,
  at: PostedAt,
  card: Card | null,
): Promise<boolean> => {
  const { trying: _, ...rest } = atRest(view.delivery)
  const next: Delivery = { ...rest, nextAt: view.now }
  // When somebody else moved on, the note of what was tried stays, and the message will be found.
  if (message === 'card') {
    const first = { ...next, posted: at, ...(card && { shown: fingerprint(card) }) }
    // From here on it is due in another lane, and what is behind is done from there.
    return !(await saveFirstPost(deps, view.key, first, at))
  }
  await saveDelivery(deps, view.key, { ...next, lines: message.to })
  return true
}

const redraw = async (deps: Deps, chat: Chat, view: View, at: PostedAt): Promise<boolean> => {
  const { now, card } = view
  const taken = await occupy(deps, view, view.delivery)
  if (taken === null) return true
  const { noted: delivery } = taken
  const limits = { ...taken.limits, key: view.key }
  const done = await callOutside(deps.clock, limits, (call) => chat.update(delivery.place, at, card, call))
  if (done === 'gone')
    deps.log.warn(
      { request: delivery.request, place: placeId(delivery.place) },
      'a card is gone and is not drawn again',
    )
  await saveDelivery(deps, view.key, { ...atRest(delivery), shown: fingerprint(card), nextAt: now })
  return true
}

/** Nothing is behind: the place waits for the next event, for ever when the request is closed. */
const finish = async (deps: Deps, view: View): Promise<boolean> => {
  const saved = await saveDelivery(deps, view.key, { ...atRest(view.delivery), nextAt: null }, view.request)
  return saved === null
}

const failed = async (deps: Deps, view: View, fault: Fault): Promise<boolean> => {
  // Whatever was sent with another outcome than this did not arrive: only what was tried before is to be looked for.
  const sent = fault.kind === 'unknown' ? {} : { trying: view.delivery.trying }
  if (fault.paced) return putOff(deps, view, sent, fault.afterMs ?? 0)
  const tries = view.delivery.tries + 1
  const fields = {
    request: view.request.id,
    place: placeId(view.delivery.place),
    kind: fault.kind,
    tries,
    fault: fault.message,
  }
  deps.log.warn(fields, 'not delivered')
  if (fault.kind === 'permanent' && view.delivery.place.kind === 'dm' && view.delivery.posted === undefined)
    await saveUnreached(deps, view.delivery, fault.message)
  return putOff(deps, view, { ...sent, tries, trouble: fault.message }, waitAfter(fault, tries))
}

interface Changes {
  readonly tries?: number
  readonly trouble?: string
  readonly trying?: Delivery['trying'] | undefined
}

/** Reads the record again: what was noted before the failure stays unless it is changed here. */
const putOff = async (deps: Deps, view: View, changes: Changes, waitMs: number): Promise<boolean> => {
  const { now, records } = await deps.journal.load([view.key])
  const delivery = readState('delivery', records.get(view.key))
  if (delivery !== null) {
    const { trying, busyUntil: _, ...rest } = { ...delivery, ...changes }
    await saveDelivery(deps, view.key, { ...rest, ...(trying && { trying }), nextAt: now + waitMs })
  }
  // The loop sleeps as long as it knew of nothing; this may be due sooner.
  deps.wake()
  return false
}

const fingerprint = (card: Card): string => createHash('sha256').update(canonical(card)).digest('hex')
