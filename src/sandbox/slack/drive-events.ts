/**
 * Makes things happen in the workspace that Slack tells an app of as events, in both shapes of the Events API.
 * Joined into the drivers; nobody sees how the bot answers them.
 */
import type { Answered, Carry } from './carry.ts'
import { showGroup, showUser } from './methods/people.ts'
import type { Fields } from './model.ts'
import { eventPayload } from './view-payloads.ts'
import type { Workspace } from './workspace.ts'

export interface EventDrivers {
  /** Any event, as Slack would wrap it; the same `eventId` again is Slack's retry. */
  event(event: Fields & { type: string }, more?: { eventId?: string }): Promise<Answered>
  /** A person opens the bot's Home tab. */
  openHome(by: { user: string }): Promise<Answered>
  /** A person leaves: `user_change`. */
  deactivate(who: { user: string }): Promise<Answered>
  /** Puts these people, by id or name, in a group: `subteam_members_changed`, then `subteam_updated`. */
  setGroup(change: { group: string; users: readonly string[] }): Promise<readonly Answered[]>
}

const minus = (some: readonly string[], others: readonly string[]): string[] =>
  some.filter((one) => !others.includes(one))

export const createEventDrivers = (slack: Workspace, carry: Carry): EventDrivers => {
  const event: EventDrivers['event'] = (said, { eventId } = {}) =>
    carry.deliver({ type: 'events_api', payload: eventPayload(slack, said, eventId) }, {})
  const seconds = () => Math.floor(slack.now() / 1_000)

  return {
    event,
    // https://docs.slack.dev/reference/events/app_home_opened
    openHome: ({ user: who }) => {
      const user = slack.user(who)
      const view = slack.findHome(user.id)
      return event({
        type: 'app_home_opened',
        user: user.id,
        channel: slack.openDm(user.id).id,
        tab: 'home',
        ...(view ? { view: structuredClone(view) } : {}),
      })
    },
    // https://docs.slack.dev/reference/events/user_change
    deactivate: ({ user: who }) => {
      const user = slack.changeUser(who, { deleted: true })
      return event({ type: 'user_change', user: showUser(user, slack), cache_ts: seconds() })
    },
    // https://docs.slack.dev/reference/events/subteam_members_changed
    setGroup: async ({ group: which, users }) => {
      const before = slack.findGroup(which)?.users ?? []
      const group = slack.changeGroup(which, { users: [...users] })
      const [added, removed] = [minus(group.users, before), minus(before, group.users)]
      const told = await event({
        type: 'subteam_members_changed',
        subteam_id: group.id,
        team_id: slack.team.id,
        date_previous_update: seconds(),
        date_update: seconds(),
        added_users: added,
        added_users_count: added.length,
        removed_users: removed,
        removed_users_count: removed.length,
      })
      const subteam = showGroup(group, slack.team.id, true)
      return [told, await event({ type: 'subteam_updated', subteam })]
    },
  }
}
