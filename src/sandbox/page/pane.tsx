/** One person's Slack: rooms, the room that is open, what stands beside it, and their modal. */
import type { JSX } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Frame, SeenChannel, SeenPerson } from '../serve/seen.ts'
import { Composer } from './composer.tsx'
import { act } from './connection.ts'
import { Feed } from './feed.tsx'
import { HomeTab } from './home-tab.tsx'
import { Message } from './message.tsx'
import { Modal } from './modal.tsx'
import { PaneContext, type Pane as PaneOf, usePane } from './person.ts'
import { HOME, type Room, Sidebar } from './sidebar.tsx'
import { SqlPanel } from './sql-panel.tsx'
import { Thread } from './thread.tsx'
import { useRead } from './unread.ts'

interface Props {
  readonly frame: Frame
  readonly me: SeenPerson
}

const ERROR_MS = 8_000

export const Pane = ({ frame, me }: Props): JSX.Element | null => {
  const seen = frame.seen[me.id]
  const [error, setError] = useState<string | undefined>(undefined)
  useEffect(() => {
    if (error === undefined) return
    const timer = setTimeout(() => setError(undefined), ERROR_MS)
    return () => clearTimeout(timer)
  }, [error])
  const doAs = useMemo<PaneOf['act']>(
    () => async (action) => {
      const done = await act(me.id, action)
      // What PostgreSQL says stands beside the statement.
      if (!done.ok && action.do !== 'sql') setError(done.error)
      return done
    },
    [me.id],
  )
  if (seen === undefined) return null
  return (
    <PaneContext.Provider value={{ frame, me, seen, act: doAs }}>
      <section class="pane" aria-label={me.real}>
        <div class="rooms" inert={seen.modal !== undefined}>
          <Rooms key={me.id} />
        </div>
        {seen.modal && (
          <div class="scrim">
            <Modal key={seen.modal.id} view={seen.modal} />
          </div>
        )}
        {error !== undefined && (
          <p class="toast" role="alert">
            {error}
          </p>
        )}
      </section>
    </PaneContext.Provider>
  )
}

const FIRST = 'general'
const SQL = 'sql'

const Rooms = (): JSX.Element => {
  const { me, seen } = usePane()
  const [room, setRoom] = useState<Room>(seen.channels.find(({ name }) => name === FIRST)?.id ?? HOME)
  /** What stands beside the room: SQL, or a thread by its message. */
  const [side, setSide] = useState<typeof SQL | string | undefined>(undefined)
  const channel = seen.channels.find(({ id }) => id === room)
  const read = useRead(me.id, channel)
  return (
    <>
      <Sidebar
        room={room}
        read={read}
        go={(next) => {
          setRoom(next)
          if (side !== SQL) setSide(undefined)
        }}
      />
      <main class="room-body">
        <header class="room-head">
          <h1>{channel === undefined ? 'Home' : channel.kind === 'dm' ? 'Curfew' : `# ${channel.name}`}</h1>
          <button
            type="button"
            class="button"
            aria-pressed={side === SQL}
            onClick={() => setSide(side === SQL ? undefined : SQL)}
          >
            SQL
          </button>
        </header>
        {channel === undefined ? <HomeTab /> : <Channel channel={channel} openThread={setSide} />}
      </main>
      {side === SQL && <SqlPanel onClose={() => setSide(undefined)} />}
      {channel !== undefined && side !== undefined && side !== SQL && (
        <Thread channel={channel} ts={side} onClose={() => setSide(undefined)} />
      )}
    </>
  )
}

interface ChannelProps {
  readonly channel: SeenChannel
  openThread(ts: string): void
}

const Channel = ({ channel, openThread }: ChannelProps): JSX.Element => {
  const { id, name, kind, messages, older } = channel
  const newest = messages.at(-1)
  return (
    <>
      <Feed label={name} newest={`${id}-${newest?.ts}-${newest?.replies?.length ?? 0}`}>
        {older > 0 && <p class="quiet">{older} older messages are not shown.</p>}
        {messages.length === 0 && <p class="quiet empty">Nothing was said here yet.</p>}
        {messages.map((message) => (
          <Message key={message.ts} channel={id} message={message} openThread={openThread} />
        ))}
      </Feed>
      <Composer key={id} channel={id} name={kind === 'dm' ? name : `#${name}`} />
    </>
  )
}
