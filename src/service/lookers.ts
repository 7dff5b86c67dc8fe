/** Who has opened their own page: remembered for all replicas, so that each knows whose pages to keep current. */
import type { Person } from '../domain/people.ts'
import type { Change, Journal } from '../ports.ts'
import type { Deps } from './deps.ts'

/** The index of who has opened their page: enough of a person to tell whom a request concerns, and never to decide. */
const LOOKERS_SET = 'lookers'

export type Looker = Pick<Person, 'via' | 'id' | 'email' | 'name' | 'identity'>

const write = ({ via, id, email, name, identity }: Person): string =>
  JSON.stringify({ via, id, email, name, identity })

/** Remembers for all replicas. Rejects with a fault when Redis does not answer. */
export const rememberLooker = async ({ journal }: Pick<Deps, 'journal'>, person: Person): Promise<void> => {
  const known = await journal.members(LOOKERS_SET)
  const member = write(person)
  if (known.includes(member)) return
  const outdated = known.filter((one) => read(one).via === person.via)
  await commitSets(journal, [
    { set: LOOKERS_SET, member, has: true },
    ...outdated.map((one) => ({ set: LOOKERS_SET, member: one, has: false })),
  ])
}

/** Nobody draws a page any longer for who may not use Curfew. */
export const forgetLooker = async ({ journal }: Pick<Deps, 'journal'>, via: string): Promise<void> => {
  const known = await journal.members(LOOKERS_SET)
  const gone = known.filter((one) => read(one).via === via)
  await commitSets(
    journal,
    gone.map((member) => ({ set: LOOKERS_SET, member, has: false })),
  )
}

/** Indexes alone: nothing is decided by them. */
export const commitSets = async (journal: Journal, sets: Change['sets']): Promise<void> => {
  const { now } = await journal.load([])
  await journal.commit({
    at: now,
    reads: [],
    writes: [],
    live: [],
    due: [],
    entries: [],
    texts: [],
    sets,
    ends: false,
  })
}

const read = (member: string): Looker => JSON.parse(member) as Looker

/** Everybody who ever opened theirs. */
export const readLookers = async (journal: Journal): Promise<readonly Looker[]> =>
  (await journal.members(LOOKERS_SET)).map(read)
