/** What must hold after races, over the journal, the vault and what people were told: pure, one sentence for each thing that does not hold. */
import { isOver, tellHistory } from './history.ts'
import { isRecorded, storiesOf } from './invariants.ts'
import type { Entry } from './observed.ts'
import type { Vault } from './vault.ts'

/** How often somebody may break the glass without a review, by the policy of the races. */
export const UNREVIEWED_MAX = 3

export interface Race {
  readonly kind: 'pending' | 'ending' | 'sharing' | 'cap'
  readonly who: string
  readonly ids: readonly string[]
  /** Titles of the answers, refusals left out. */
  readonly won: readonly string[]
  /** Who got no answer: on a busy machine Redis may take too long for it, and the deed be done all the same. */
  readonly unheard: number
}

export interface Run {
  readonly races: readonly Race[]
  readonly entries: readonly Entry[]
  readonly vault: Pick<Vault, 'held' | 'landed'>
}

type Stories = ReturnType<typeof storiesOf>

export const judgeRun = ({ races, entries, vault }: Run): readonly string[] => {
  const stories = storiesOf(entries)
  return [
    ...[...stories].flatMap(([id, story]) => tellHistory(id, story).violations),
    ...races.flatMap((one) => judgeRace(one, stories)),
    ...judgeUnreviewed(entries),
    ...judgeVault(vault, stories),
    ...unfinishedIn(entries),
  ]
}

/** Whoever was not answered has asked again: what nobody decided gives nothing. */
export const unfinishedIn = (entries: readonly Entry[]): string[] =>
  [...storiesOf(entries)].flatMap(([id, story]) => {
    const told = tellHistory(id, story)
    return isOver(told) || told.state === 'pending' ? [] : [`${id} is still ${told.state}`]
  })

const countIn = (story: readonly Entry[] = [], type: string): number =>
  story.filter(({ event }) => event.type === type).length

const ENDS: Readonly<Record<string, string>> = { 'Given back': 'given back', Revoked: 'revoked' }

const judgeRace = (one: Race, stories: Stories): string[] => {
  const { kind, who, ids, won, unheard } = one
  const say = (what: string): string =>
    `${kind} of ${who} (${ids.join(', ')}): ${what}; told: ${won.join(', ')}`
  const least = (count: number): number => (unheard > 0 ? 0 : count)
  const isBetween = (count: number, most: number): boolean => least(most) <= count && count <= most
  const moved = ids.reduce((sum, id) => sum + countIn(stories.get(id), 'extended'), 0)
  if (kind === 'cap') {
    const stand = moved + [...stories.values()].filter((story) => isGlassOf(who, story)).length
    return [
      // As often break-glass as is allowed, and one extension.
      ...(isBetween(won.length, UNREVIEWED_MAX + 1) ? [] : [say(`${won.length} won`)]),
      ...(isBetween(won.length, stand) ? [] : [say(`${stand} stand in the journal`)]),
    ]
  }
  const unknown = won.filter((title) => !ids.some((id) => isRecorded(stories.get(id) ?? [], title)))
  const lost = unknown.map((title) => say(`"${title}" is not in the journal`))
  if (kind === 'pending') return [...lost, ...(isBetween(won.length, 1) ? [] : [say('not one winner')])]
  const causes = ids.flatMap((id) => causesIn(stories.get(id)))
  const byPeople = causes.filter((because) => because !== 'expired')
  const ended = won.flatMap((title) => ENDS[title] ?? [])
  const extended = won.filter((title) => title === 'Extended')
  const isTold = unheard > 0 || ended.sort().join() === byPeople.sort().join()
  return [
    ...lost,
    ...(causes.length === ids.length ? [] : [say(`${causes.length} ends`)]),
    ...(isTold ? [] : [say(`ended by: ${byPeople}`)]),
    ...(isBetween(extended.length, moved) ? [] : [say(`${moved} extensions`)]),
  ]
}

const causesIn = (story: readonly Entry[] = []): string[] =>
  story.flatMap(({ event }) => (event.type === 'ending' ? [String(event.because)] : []))

interface Requested {
  readonly by: { readonly id: string; readonly name: string }
  readonly draft: { readonly reviewers?: readonly string[] }
}

const isGlassOf = (who: string, [first]: readonly Entry[]): boolean => {
  const { by, draft } = first?.event as unknown as Requested
  return by.name === who && draft.reviewers !== undefined
}

/** However few of the answers were heard: at no time stand more in the journal than are allowed. */
const judgeUnreviewed = (entries: readonly Entry[]): string[] => {
  const open = new Map<string, Set<string>>()
  const whose = new Map<string, string>()
  return entries.flatMap(({ n, record, event }) => {
    // Where nothing was given there is nothing to review.
    if (event.type === 'reviewed' || event.type === 'voided')
      open.get(whose.get(record) ?? '')?.delete(record)
    if (event.type !== 'requested') return []
    const { by, draft } = event as unknown as Requested
    if (draft.reviewers === undefined) return []
    const theirs = (open.get(by.id) ?? new Set()).add(record)
    open.set(by.id, theirs)
    whose.set(record, by.id)
    return theirs.size > UNREVIEWED_MAX
      ? [`${by.name} broke the glass ${theirs.size} times without a review, at entry ${n}`]
      : []
  })
}

/** Nothing is taken while somebody holds it, and nothing is left. */
const judgeVault = ({ held: left, landed }: Run['vault'], stories: Stories): string[] => {
  const held = new Map<string, { from: number; to: number }[]>()
  for (const story of stories.values()) {
    const draft = story[0]?.event.draft as { access: { seat: string } }
    const at = (type: string): number => story.find(({ event }) => event.type === type)?.at ?? Number.NaN
    const spans = held.get(draft.access.seat) ?? []
    held.set(draft.access.seat, [...spans, { from: at('confirmed'), to: at('ending') }])
  }
  const early = landed.filter(
    ({ does, seat, at }) =>
      does === 'revoke' && held.get(seat)?.some(({ from, to }) => from <= at && at < to),
  )
  return [
    ...early.map(({ seat, at }) => `${seat} was taken at ${at}, while it was held`),
    ...[...left].map((seat) => `${seat} is still held`),
  ]
}
