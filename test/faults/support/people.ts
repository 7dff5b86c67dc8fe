/**
 * People who do not give up: each says again what was not heard, looks first whether it was, and writes down every answer
 * that they read. Their lives are the load under which bots die.
 */

import { until } from '../../fixtures/until.ts'
import type { Ack } from './invariants.ts'
import type { Rig } from './rig.ts'

const STEP_MS = 240_000
const AGAIN_MS = 200

/** How a life goes. */
export type Way = 'expires' | 'extended' | 'given back' | 'denied' | 'withdrawn' | 'revoked'

export interface Lane {
  /** Who decides here; nobody else uses them, so that answers are told apart. */
  readonly approver: string
  readonly acks: Ack[]
}

export interface Life {
  readonly who: string
  readonly id: string
}

const ID = /R-[0-9A-Z]{6}/

/** What was answered; undefined: nothing, or only that it was not heard. */
const hear = async (act: () => Promise<string>): Promise<string | undefined> => {
  try {
    const said = await act()
    return /^(HTTP|Nothing was changed|Busy|Not done: (Curfew is busy|Nothing was changed))/.test(said)
      ? undefined
      : said
  } catch {
    return undefined
  }
}

/** Until it holds, or an answer says so. Every answer that came is written down. */
const insist = async (
  { acks }: Lane,
  id: string,
  act: () => Promise<string>,
  holds: () => boolean | Promise<boolean>,
): Promise<void> => {
  await until(`what ${id} waits for`, STEP_MS, async () => {
    if (await holds()) return true
    const said = await hear(act)
    const title = /^([^:]+):/.exec(said ?? '')?.[1] ?? ''
    if (title !== '' && title !== 'Not done' && said?.includes(id)) {
      acks.push({ id, said: title })
      return true
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
    return false
  })
}

const ask = async ({ bench }: Rig, lane: Lane, who: string, seconds: number): Promise<string> => {
  let id: string | undefined
  await until(`a request of ${who}`, STEP_MS, async () => {
    const said = await hear(() => bench.type(who, `request orders-db/readonly ${seconds}s because of INC-42`))
    id = ID.exec(said ?? '')?.[0]
    if (id !== undefined && said?.startsWith('Requested')) lane.acks.push({ id, said: 'Requested' })
    if (id !== undefined) return true
    // It may have been heard all the same.
    id = ID.exec((await hear(() => bench.type(who, 'mine'))) ?? '')?.[0]
    return id !== undefined
  })
  return id ?? ''
}

const stands = ({ bench }: Rig, id: string, where: string): boolean =>
  bench.slack.messages(where).some(({ text }) => text.includes(id))

const isTold = ({ bench }: Rig, life: Life, words: RegExp): boolean =>
  bench.lines(life.id, `@${life.who}`).some((line) => words.test(line))

export const untilTold = (rig: Rig, life: Life, words: RegExp): Promise<void> =>
  until(`${words} under ${life.id}`, STEP_MS, () => isTold(rig, life, words))

/** Somebody, by default new, has asked for so long, and the approvers see it. */
export const askFor = async (rig: Rig, lane: Lane, seconds: number, by?: string): Promise<Life> => {
  const who = by ?? (await rig.newPerson())
  const id = await ask(rig, lane, who, seconds)
  await until(`the card of ${id}`, STEP_MS, () => stands(rig, id, 'dbas'))
  return { who, id }
}

/** Approved, and told to be given. */
export const approve = async (rig: Rig, lane: Lane, life: Life): Promise<void> => {
  const press = () => rig.bench.press(lane.approver, 'Approve', life.id)
  await insist(lane, life.id, press, () => isTold(rig, life, /^Approved/))
  await untilTold(rig, life, /^Access is given/)
}

export const giveBack = (rig: Rig, lane: Lane, life: Life): Promise<void> => {
  const type = () => rig.bench.type(life.who, `done ${life.id}`)
  return insist(lane, life.id, type, () => isTold(rig, life, /^Given back/))
}

const LONG_S = 3_600
/** Time enough to be decided on. */
export const SHORT_S = 10

/** One whole life of a request of somebody, by default new; answers when its end was told. */
export const live = async (rig: Rig, lane: Lane, way: Way, by?: string): Promise<Life> => {
  const { bench } = rig
  const life = await askFor(rig, lane, way === 'given back' || way === 'revoked' ? LONG_S : SHORT_S, by)
  const { who, id } = life
  const told = (words: RegExp) => () => isTold(rig, life, words)
  if (way === 'withdrawn') {
    await insist(lane, id, () => bench.type(who, `withdraw ${id}`), told(/^Withdrawn/))
    await untilTold(rig, life, /^Withdrawn/)
    return life
  }
  if (way === 'denied') {
    await insist(lane, id, () => bench.type(lane.approver, `deny ${id} not today`), told(/^Denied/))
    await untilTold(rig, life, /^Denied/)
    return life
  }
  await approve(rig, lane, life)
  if (way === 'extended') await extend(rig, lane, life)
  if (way === 'given back') await giveBack(rig, lane, life)
  if (way === 'revoked')
    await insist(lane, id, () => bench.type('cy', `revoke ${id} it is over`), told(/^Revoked/))
  await untilTold(rig, life, /^Ended/)
  return life
}

/** A grant may end before anybody decided on more time. */
const extend = async (rig: Rig, lane: Lane, life: Life): Promise<void> => {
  const { bench } = rig
  const { who, id } = life
  const over = (): boolean => isTold(rig, life, /^(Ended|Extended)/)
  const asked = () => {
    const { channel, ts } = bench.card(id)
    return bench.slack.thread(channel, ts).findLast(({ text }) => text.includes('asks to extend'))
  }
  await insist(
    lane,
    id,
    () => bench.type(who, `extend ${id} 10s because there is more`),
    () => over() || asked() !== undefined,
  )
  await until(`the extension of ${id}`, STEP_MS, () => over() || asked() !== undefined)
  await insist(
    lane,
    id,
    () => bench.press(lane.approver, 'Approve', id, { channel: 'dbas', ts: asked()?.ts ?? '' }),
    over,
  )
}
