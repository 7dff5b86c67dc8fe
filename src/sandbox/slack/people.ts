/** Users and user groups of the local workspace; changed by tests and the sandbox, read by the Web API. */
import { nameId } from './ids.ts'
import type { Bot, Group, Team, User } from './model.ts'

export type NewUser = Partial<Omit<User, 'id' | 'profile'>> & { name: string; id?: string; email?: string }
export type NewGroup = { handle: string; name?: string; id?: string; users?: readonly string[] }

export interface People {
  /** `name` alone is enough: the id, the e-mail address and a plain member's flags follow from it. */
  addUser(user: NewUser): User
  changeUser(who: string, change: Partial<Omit<User, 'id' | 'profile'>> & { email?: string | null }): User
  /** By id or name. */
  findUser(who: string): User | undefined
  /** As {@link People.findUser}, but throws: for drivers, where a wrong name is a mistake in the test. */
  user(who: string): User
  users(): readonly User[]
  addGroup(group: NewGroup): Group
  changeGroup(which: string, change: Partial<Omit<Group, 'id'>>): Group
  /** By id or handle. */
  findGroup(which: string): Group | undefined
  groups(): readonly Group[]
}

export const createPeople = (team: Team, bot: Bot, changed: () => void): People => {
  const users = new Map<string, User>()
  const groups = new Map<string, Group>()

  const findUser = (who: string) => users.get(who) ?? [...users.values()].find((user) => user.name === who)
  const findGroup = (which: string) =>
    groups.get(which) ?? [...groups.values()].find((group) => group.handle === which)

  const user = (who: string): User => {
    const found = findUser(who)
    if (!found) throw new Error(`nobody called ${who} in the local Slack`)
    return found
  }

  const people: People = {
    addUser: ({ id, email, ...given }) => {
      const real_name = given.real_name ?? `${given.name.charAt(0).toUpperCase()}${given.name.slice(1)}`
      const address = email ?? (given.is_bot ? undefined : `${given.name}@${team.domain}.test`)
      const added: User = {
        id: id ?? nameId('U', given.name, (taken) => users.has(taken)),
        team_id: team.id,
        tz: 'Europe/Berlin',
        deleted: false,
        is_bot: false,
        is_restricted: false,
        is_ultra_restricted: false,
        is_stranger: false,
        ...given,
        real_name,
        profile: {
          real_name,
          display_name: given.name,
          ...(address === undefined ? {} : { email: address }),
        },
      }
      users.set(added.id, added)
      changed()
      return added
    },
    changeUser: (who, { email, ...change }) => {
      const found = user(who)
      Object.assign(found, change)
      if (change.real_name !== undefined) found.profile.real_name = change.real_name
      if (email === null) delete found.profile.email
      else if (email !== undefined) found.profile.email = email
      changed()
      return found
    },
    findUser,
    user,
    users: () => [...users.values()],
    addGroup: ({ id, handle, name, users: members = [] }) => {
      const added: Group = {
        id: id ?? nameId('S', handle, (taken) => groups.has(taken)),
        handle,
        name: name ?? handle,
        users: members.map((who) => user(who).id),
        disabled: false,
      }
      groups.set(added.id, added)
      changed()
      return added
    },
    changeGroup: (which, change) => {
      const found = findGroup(which)
      if (!found) throw new Error(`no user group ${which} in the local Slack`)
      Object.assign(found, change, change.users ? { users: change.users.map((who) => user(who).id) } : {})
      changed()
      return found
    },
    findGroup,
    groups: () => [...groups.values()],
  }
  people.addUser({ id: bot.userId, name: 'curfew', real_name: 'Curfew', is_bot: true })
  return people
}
