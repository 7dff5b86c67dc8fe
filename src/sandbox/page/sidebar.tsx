/** The rooms of a person: channels and the app, with a mark where something is unread. */
import type { JSX } from 'preact'
import type { SeenChannel } from '../serve/seen.ts'
import { Avatar } from './avatar.tsx'
import { usePane } from './person.ts'
import { unreadIn } from './unread.ts'

/** A channel's id, or the app's Home tab. */
export type Room = string
export const HOME: Room = 'home'

interface Props {
  readonly room: Room
  /** By channel, the newest message that was seen. */
  readonly read: Readonly<Record<string, string>>
  go(room: Room): void
}

const nameOf = ({ kind, name }: SeenChannel): string => (kind === 'dm' ? 'Messages' : `# ${name}`)

export const Sidebar = ({ room, read, go }: Props): JSX.Element => {
  const { frame, me, seen } = usePane()
  const link = (id: Room, name: string, unread: number): JSX.Element => (
    <li key={id}>
      <button
        type="button"
        class={unread > 0 ? 'room unread' : 'room'}
        aria-current={room === id ? 'page' : undefined}
        onClick={() => go(id)}
      >
        <span>{name}</span>
        {unread > 0 && (
          <span class="count">
            {unread}
            <span class="hidden"> unread</span>
          </span>
        )}
      </button>
    </li>
  )
  const channels = seen.channels.filter(({ kind }) => kind !== 'dm')
  const dm = seen.channels.find(({ kind }) => kind === 'dm')
  return (
    <nav class="sidebar" aria-label={`Rooms of ${me.real}`}>
      <p class="whoami">
        <Avatar id={me.id} name={me.real} /> <span>{me.real}</span>
      </p>
      <h2>{frame.team}</h2>
      <ul>{channels.map((channel) => link(channel.id, nameOf(channel), unreadIn(channel, me.id, read)))}</ul>
      <h2>Curfew (app)</h2>
      <ul>
        {link(HOME, 'Home', 0)}
        {dm && link(dm.id, nameOf(dm), unreadIn(dm, me.id, read))}
      </ul>
    </nav>
  )
}
