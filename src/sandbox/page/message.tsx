/** One message: who said it, when, its blocks, and the way into its thread. */
import type { JSX } from 'preact'
import { useMemo } from 'preact/hooks'
import type { SeenMessage } from '../serve/seen.ts'
import { Avatar } from './avatar.tsx'
import { Blocks } from './blocks.tsx'
import { clockTime, fullTime } from './dates.ts'
import { Mrkdwn } from './mrkdwn.tsx'
import { usePane } from './person.ts'
import { type Surface, SurfaceContext } from './surface.ts'

interface Props {
  readonly channel: string
  readonly message: SeenMessage
  /** Absent: it stands in its thread already. */
  readonly openThread?: (ts: string) => void
}

export const Message = ({ channel, message, openThread }: Props): JSX.Element => {
  const { frame, me, act } = usePane()
  const { ts, user, isBot, blocks, replies = [] } = message
  const surface = useMemo<Surface>(
    () => ({
      id: `${me.id}-${ts}`,
      press: (action, value) => act({ do: 'press', channel, ts, action, value }),
    }),
    [me.id, channel, ts, act],
  )
  const name = frame.names[user] ?? user
  const at = Number(ts) * 1_000
  return (
    <article
      class={message.ephemeral ? 'message ephemeral' : 'message'}
      aria-label={`${name}: ${message.text}`}
    >
      <Avatar id={user} name={name} isBot={isBot} />
      <div class="message-body">
        <header>
          <strong>{name}</strong>
          {isBot && <span class="badge">App</span>}
          <time dateTime={new Date(at).toISOString()} title={fullTime(at, me.tz)}>
            {clockTime(at, me.tz)}
          </time>
          {message.ephemeral && <span class="quiet">Only visible to you</span>}
          {message.broadcast && <span class="quiet">replied to a thread</span>}
        </header>
        <SurfaceContext.Provider value={surface}>
          {blocks ? (
            <div class="blocks">
              <Blocks blocks={blocks} />
            </div>
          ) : (
            <p class="said">
              <Mrkdwn text={message.text} />
            </p>
          )}
        </SurfaceContext.Provider>
        {openThread && !message.ephemeral && (
          <button
            type="button"
            class={replies.length > 0 ? 'thread-link' : 'thread-link empty'}
            onClick={() => openThread(ts)}
          >
            {replies.length === 0
              ? 'Reply in thread'
              : `${replies.length} ${replies.length === 1 ? 'reply' : 'replies'}`}
          </button>
        )}
      </div>
    </article>
  )
}
