/** Channels and direct messages of the local workspace; who is in them, and whether the bot is. */
import { nameId } from './ids.ts'
import type { Channel } from './model.ts'
import type { People } from './people.ts'

export type NewChannel = {
  name: string
  id?: string
  private?: boolean
  members?: readonly string[]
  /** The bot is in it unless said otherwise. */
  bot?: boolean
}

export interface Channels {
  addChannel(channel: NewChannel): Channel
  changeChannel(
    which: string,
    change: Partial<Pick<Channel, 'name' | 'members' | 'has_bot' | 'is_archived' | 'is_ext_shared'>>,
  ): Channel
  /** By id or name (with or without `#`). */
  findChannel(which: string): Channel | undefined
  /** As {@link Channels.findChannel}, but throws: for drivers and readers. */
  channel(which: string): Channel
  channels(): readonly Channel[]
  /** The direct message between the bot and a person, opened when it is not there yet. */
  openDm(who: string): Channel
  findDm(who: string): Channel | undefined
}

export const createChannels = (people: People, changed: () => void): Channels => {
  const channels = new Map<string, Channel>()
  const taken = (id: string) => channels.has(id)

  const findChannel = (which: string): Channel | undefined => {
    const name = which.replace(/^#/, '')
    const named = (channel: Channel) => channel.kind !== 'dm' && channel.name === name
    return channels.get(which) ?? [...channels.values()].find(named)
  }

  const channel = (which: string): Channel => {
    const found = findChannel(which)
    if (!found) throw new Error(`no channel ${which} in the local Slack`)
    return found
  }

  const findDm = (who: string): Channel | undefined => {
    const id = people.user(who).id
    return [...channels.values()].find((one) => one.kind === 'dm' && one.user === id)
  }

  const keep = (added: Channel): Channel => {
    channels.set(added.id, added)
    changed()
    return added
  }

  return {
    addChannel: (given) =>
      keep({
        id: given.id ?? nameId('C', given.name, taken),
        kind: given.private ? 'private' : 'public',
        name: given.name,
        members: (given.members ?? []).map((who) => people.user(who).id),
        has_bot: given.bot ?? true,
        is_archived: false,
        is_ext_shared: false,
      }),
    changeChannel: (which, change) => {
      const found = channel(which)
      const members = change.members?.map((who) => people.user(who).id)
      Object.assign(found, change, members ? { members } : {})
      changed()
      return found
    },
    findChannel,
    channel,
    channels: () => [...channels.values()],
    findDm,
    openDm: (who) => {
      const known = findDm(who)
      if (known) return known
      const user = people.user(who)
      return keep({
        id: nameId('D', user.name, taken),
        kind: 'dm',
        name: user.id,
        members: [user.id],
        has_bot: true,
        is_archived: false,
        is_ext_shared: false,
        user: user.id,
      })
    },
  }
}
