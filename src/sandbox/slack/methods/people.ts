/** `auth.test`, `users.*` and `usergroups.*` of the local Slack. https://docs.slack.dev/reference/methods/users.info */
import { ApiError } from '../api-error.ts'
import type { Fields, Group, User } from '../model.ts'
import type { Workspace } from '../workspace.ts'
import { type Method, need, needScope } from './method.ts'

const authTest: Method = (_, { team, bot }) => ({
  url: `https://${team.domain}.slack.com/`,
  team: team.name,
  team_id: team.id,
  user: 'curfew',
  user_id: bot.userId,
  bot_id: bot.botId,
  is_enterprise_install: false,
  ...(team.enterprise ? { enterprise_id: team.enterprise.id } : {}),
})

/** Without `users:read.email` the address is left out. */
export const showUser = (user: User, slack: Workspace): Fields => {
  const { email: _, ...nameless } = user.profile
  const enterprise = slack.team.enterprise
  const belongs = enterprise && !user.is_stranger
  return {
    ...user,
    profile: slack.scopes.has('users:read.email') ? user.profile : nameless,
    is_app_user: false,
    ...(belongs ? { enterprise_user: { id: user.id, enterprise_id: enterprise.id } } : {}),
  }
}

const info: Method = (args, slack) => {
  needScope(slack, 'users:read')
  const id = need(args, 'user')
  const user = slack.users().find((one) => one.id === id)
  if (!user) throw new ApiError('user_not_found')
  return { user: showUser(user, slack) }
}

/** Deactivated people are not found by their address. */
const lookupByEmail: Method = (args, slack) => {
  needScope(slack, 'users:read.email')
  const email = need(args, 'email').toLowerCase()
  const user = slack.users().find((one) => !one.deleted && one.profile.email?.toLowerCase() === email)
  if (!user) throw new ApiError('users_not_found')
  return { user: showUser(user, slack) }
}

export const showGroup = (group: Group, team_id: string, withUsers: boolean): Fields => ({
  id: group.id,
  team_id,
  is_usergroup: true,
  name: group.name,
  handle: group.handle,
  date_delete: group.disabled ? 1 : 0,
  user_count: group.users.length,
  ...(withUsers ? { users: group.users } : {}),
})

const listGroups: Method = (args, slack) => {
  needScope(slack, 'usergroups:read')
  const wanted = slack.groups().filter((group) => args.include_disabled === 'true' || !group.disabled)
  return { usergroups: wanted.map((group) => showGroup(group, slack.team.id, args.include_users === 'true')) }
}

const listGroupUsers: Method = (args, slack) => {
  needScope(slack, 'usergroups:read')
  const id = need(args, 'usergroup')
  const group = slack.groups().find((one) => one.id === id)
  if (!group || (group.disabled && args.include_disabled !== 'true')) throw new ApiError('no_such_subteam')
  return { users: group.users }
}

export const peopleMethods: Readonly<Record<string, Method>> = {
  'auth.test': authTest,
  'users.info': info,
  'users.lookupByEmail': lookupByEmail,
  'usergroups.list': listGroups,
  'usergroups.users.list': listGroupUsers,
}
