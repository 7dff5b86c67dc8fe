/**
 * Sixty-four people press at once, on four processes: on one request, on two requests of one seat, on a cap. Whoever wins
 * is told so once, the history is one that a small model knows, and nothing is taken from whoever still holds it.
 */

import { until } from '../fixtures/until.ts'
import type { Does, Fleet } from './support/fleet.ts'
import { judgeRun, type Race, UNREVIEWED_MAX, unfinishedIn } from './support/judge-run.ts'
import type { Random } from './support/random.ts'

/** Of the fleet's config: what needs an approval, what is given at once, and what is reviewed afterwards. */
export const RACED = `  - entitlements: [vault/auto]
    requesters: [everyone]
    quorum: 0
    channels: ["local:channel-dbas"]
  - entitlements: [vault/glass]
    requesters: [everyone]
    quorum: 0
    review: [olga@acme.test]
    maxUnreviewed: ${UNREVIEWED_MAX}
    channels: ["local:channel-dbas"]
`
const AT_ONCE = 64
const STEP_MS = 120_000
const OVER_MS = 45_000
/** The shortest there is. */
const GRANT_MS = 10_000
/** Around the end they all come. */
const AROUND_MS = 40

const KINDS: readonly Race['kind'][] = [
  ...(['pending', 'pending', 'ending', 'ending', 'sharing', 'sharing', 'cap'] as const),
]

interface Gesture {
  readonly who: string
  readonly does: Does
}

/** All of them, spread over the processes, within the same few milliseconds. */
const race = async (
  { bots }: Fleet,
  gestures: readonly Gesture[],
): Promise<Pick<Race, 'won' | 'unheard'>> => {
  const said = await Promise.all(gestures.map(({ who, does }, i) => bots[i % bots.length]?.act(who, does)))
  const heard = said.filter((one) => one !== undefined)
  const won = heard.map(({ title }) => title).filter((title) => title !== 'Not done')
  return { won, unheard: said.length - heard.length }
}

/** Another handful of them in each round: who is quickest would always win. */
const draw = (random: Random, choices: readonly Gesture[]): Gesture[] => {
  const some = choices.filter(() => random.below(2) === 0)
  return Array.from({ length: AT_ONCE }, () => random.pick(some.length > 0 ? some : choices))
}

const ask = async (fleet: Fleet, who: string, role: string): Promise<string> => {
  const text = `request vault/${role} ${GRANT_MS / 1_000}s because of INC-42`
  let id = ''
  await until(`a request of ${who}`, STEP_MS, async () => {
    id = /R-[0-9A-Z]{6}/.exec((await fleet.bots[0]?.act(who, { text }))?.text ?? '')?.[0] ?? ''
    return id !== ''
  })
  return id
}

/** What whoever holds a grant, and whoever may end it, can do about it. */
const endings = (who: string, id: string): readonly Gesture[] => [
  { who, does: { text: `done ${id}` } },
  { who, does: { text: `extend ${id} 10s because there is more` } },
  { who: 'olga', does: { text: `revoke ${id} it is over` } },
]

const decisions = (who: string, id: string): readonly Gesture[] => [
  { who: 'bob', does: { verb: 'approve', value: id } },
  { who: 'olga', does: { verb: 'approve', value: id } },
  { who: 'cy', does: { text: `deny ${id} not today` } },
  { who, does: { text: `withdraw ${id}` } },
]

const RUNS: Readonly<Record<Race['kind'], (fleet: Fleet, random: Random, who: string) => Promise<Race>>> = {
  pending: async (fleet, random, who) => {
    const id = await ask(fleet, who, 'readonly')
    return { kind: 'pending', who, ids: [id], ...(await race(fleet, draw(random, decisions(who, id)))) }
  },
  ending: async (fleet, random, who) => {
    const id = await ask(fleet, who, 'auto')
    await justBeforeItEnds(fleet, id, random)
    return { kind: 'ending', who, ids: [id], ...(await race(fleet, draw(random, endings(who, id)))) }
  },
  sharing: async (fleet, random, who) => {
    const ids = [await ask(fleet, who, 'auto'), await ask(fleet, who, 'auto')]
    await justBeforeItEnds(fleet, ids[0] ?? '', random)
    const choices = ids.flatMap((id) => endings(who, id))
    return { kind: 'sharing', who, ids, ...(await race(fleet, draw(random, choices))) }
  },
  cap: async (fleet, _, who) => {
    const all = (does: Does): Gesture[] => Array.from({ length: AT_ONCE }, () => ({ who, does }))
    const glass = await race(fleet, all({ text: 'request vault/glass 10s because of INC-42' }))
    const id = await ask(fleet, who, 'auto')
    await endOf(fleet, id)
    const longer = await race(fleet, all({ text: `extend ${id} 10s because there is more` }))
    const won = [...glass.won, ...longer.won]
    return { kind: 'cap', who, ids: [id], won, unheard: glass.unheard + longer.unheard }
  },
}

/** By its record, once it is given. */
const endOf = async ({ redis }: Fleet, id: string): Promise<number> => {
  let endsAt = 0
  await until(`${id} is given`, STEP_MS, async () => {
    const text = (await redis.client.get(`{curfew}:r:${id}`)) ?? ''
    if (text.includes('"confirmedAt"')) endsAt = Number(/"endsAt":(\d+)/.exec(text)?.[1])
    return endsAt > 0
  })
  return endsAt
}

/** Some time within a few milliseconds around its end. */
const justBeforeItEnds = async (fleet: Fleet, id: string, random: Random): Promise<void> => {
  const leftMs = (await endOf(fleet, id)) - Date.now() + random.below(2 * AROUND_MS) - AROUND_MS
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, leftMs)))
}

/** So many rounds, several prepared at a time. Everything is over when it answers. */
export const runRaces = async (
  fleet: Fleet,
  random: Random,
  { rounds, atOnce }: { readonly rounds: number; readonly atOnce: number },
): Promise<readonly Race[]> => {
  const races: Race[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    for (let n = next++; n < rounds; n = next++)
      races.push(await RUNS[KINDS[n % KINDS.length] ?? 'pending'](fleet, random, `p${n}`))
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  const areOver = async (): Promise<boolean> =>
    fleet.vault.held.size === 0 && unfinishedIn(await fleet.entries()).length === 0
  // What is not over by then is told when the races are judged.
  await until('everything is over', OVER_MS, areOver).catch(() => undefined)
  return races
}

/** What does not hold, in sentences. */
export const judgeRaces = async (fleet: Fleet, races: readonly Race[]): Promise<readonly string[]> =>
  judgeRun({ races, entries: await fleet.entries(), vault: fleet.vault })
