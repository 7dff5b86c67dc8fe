/** A thread beside its channel. */
import type { JSX } from 'preact'
import type { SeenChannel } from '../serve/seen.ts'
import { Composer } from './composer.tsx'
import { Feed } from './feed.tsx'
import { Message } from './message.tsx'

interface Props {
  readonly channel: SeenChannel
  readonly ts: string
  onClose(): void
}

export const Thread = ({ channel, ts, onClose }: Props): JSX.Element | null => {
  const root = channel.messages.find((message) => message.ts === ts)
  if (root === undefined) return null
  const replies = root.replies ?? []
  const { replies: _, ...alone } = root
  return (
    <aside class="side thread" aria-label="Thread">
      <header>
        <h2>Thread</h2>
        <button type="button" class="button plain" onClick={onClose}>
          Close
        </button>
      </header>
      <Feed label={`Thread in ${channel.name}`} newest={replies.at(-1)?.ts ?? ts}>
        <Message channel={channel.id} message={alone} />
        {replies.map((reply) => (
          <Message key={reply.ts} channel={channel.id} message={reply} />
        ))}
      </Feed>
      <Composer channel={channel.id} name={channel.name} thread={ts} />
    </aside>
  )
}
