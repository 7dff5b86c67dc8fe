/**
 * The members of a group that rules name, as the directory was last seen to have them: a record of what happened to
 * approvers and requesters outside Curfew. No decision reads it; those ask the directory.
 */
import { nativeReferences } from './belongs.ts'
import type { Instant } from './model.ts'
import type { Rules } from './rules.ts'

export interface Group {
  readonly kind: 'group'
  readonly v: number
  /** `<system>:<native id>` */
  readonly ref: string
  /** References, sorted. */
  readonly members: readonly string[]
  readonly at: Instant
}

export type GroupEvent =
  /** Looked at for the first time. */
  | {
      readonly type: 'group seen'
      readonly at: Instant
      readonly ref: string
      readonly members: readonly string[]
    }
  | {
      readonly type: 'group changed'
      readonly at: Instant
      readonly ref: string
      readonly added: readonly string[]
      readonly removed: readonly string[]
    }

/** What a look at its members says that was not known; null: nothing. */
export const compareGroup = (
  group: Group | null,
  look: Readonly<{ ref: string; members: readonly string[]; at: Instant }>,
): GroupEvent | null => {
  const { ref, at } = look
  const members = [...new Set(look.members)].sort()
  if (group === null) return { type: 'group seen', at, ref, members }
  const [before, after] = [new Set(group.members), new Set(members)]
  const added = members.filter((member) => !before.has(member))
  const removed = group.members.filter((member) => !after.has(member))
  return added.length + removed.length === 0 ? null : { type: 'group changed', at, ref, added, removed }
}

/** Folds one event; throws on one that cannot follow (a bug). */
export const evolveGroup = (group: Group | null, event: GroupEvent): Group => {
  const { ref, at } = event
  if (event.type === 'group seen') {
    if (group !== null) throw new Error('a group was seen for the first time twice')
    return { kind: 'group', v: 1, ref, members: event.members, at }
  }
  if (group === null) throw new Error('a group changed before it was seen')
  const removed = new Set(event.removed)
  const stay = group.members.filter((member) => !removed.has(member))
  return { ...group, v: group.v + 1, members: [...stay, ...event.added].sort(), at }
}

/** Where a group gives rights. */
export interface GroupUses {
  /** Names of policies. */
  readonly policies: readonly string[]
  readonly operators: boolean
}

type Naming = Pick<Rules, 'policies' | 'operators' | 'groups'>

/** Every native reference that policies or operators name, each once; not all of them are groups. */
export const namedReferences = ({ policies, operators, groups }: Naming): readonly string[] => [
  ...new Set(nativeReferences([...policies.flatMap(peopleOf), ...operators], groups)),
]

export const usesOf = (ref: string, { policies, operators, groups }: Naming): GroupUses => ({
  policies: policies
    .filter((policy) => nativeReferences(peopleOf(policy), groups).includes(ref))
    .map((policy) => policy.name),
  operators: nativeReferences(operators, groups).includes(ref),
})

const peopleOf = ({ requesters, approvers }: Rules['policies'][number]) => [...requesters, ...approvers]
