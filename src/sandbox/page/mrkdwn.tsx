/** Slack's mrkdwn as elements: text is only ever text, and links go to http, https and mailto alone. */
import type { ComponentChildren, JSX } from 'preact'
import { type Node, NodeType, parse } from 'slack-message-parser'
import { formatDate } from './dates.ts'
import { usePane } from './person.ts'

const unescapeEntities = (text: string): string =>
  text.replace(/&(lt|gt|amp);/g, (_, name: string) => ({ lt: '<', gt: '>', amp: '&' })[name] ?? '')

const EMOJI: Readonly<Record<string, string>> = {
  white_check_mark: '✓',
  x: '✗',
  warning: '⚠',
  hourglass: '⌛',
  rotating_light: '🚨',
}

export const Mention = ({
  sign,
  id,
  label,
}: {
  sign: '@' | '#'
  id: string
  label?: string
}): JSX.Element => {
  const { frame, me } = usePane()
  const isMe = id === me.id
  return (
    <span class={isMe ? 'mention me' : 'mention'}>
      {sign}
      {label ?? frame.names[id] ?? id}
    </span>
  )
}

/** Slack's own way to write a moment. */
export const Moment = ({ seconds, format }: { seconds: number; format: string }): JSX.Element => {
  const { frame, me } = usePane()
  const at = new Date(seconds * 1_000)
  return (
    <time dateTime={at.toISOString()} title={at.toISOString()}>
      {formatDate(seconds, format, frame.now, me.tz)}
    </time>
  )
}

export const Link = ({ url, children }: { url: string; children: ComponentChildren }): JSX.Element =>
  /^(https?|mailto):/i.test(url) ? (
    <a href={url} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  ) : (
    <span>{children}</span>
  )

const wordsOf = (nodes: readonly Node[] | undefined): string | undefined =>
  nodes?.map(({ source }) => unescapeEntities(source)).join('')

const Command = ({ node }: { node: Extract<Node, { type: NodeType.Command }> }): JSX.Element => {
  const label = wordsOf(node.label)
  if (node.name === 'date')
    return <Moment seconds={Number(node.arguments[0])} format={node.arguments[1] ?? ''} />
  if (node.name === 'subteam')
    return <Mention sign="@" id={node.arguments[0] ?? ''} {...(label && { label })} />
  return <span class="mention">@{node.name}</span>
}

const Lines = ({ text }: { text: string }): JSX.Element => (
  <>{text.split('\n').map((line, i) => [i > 0 && <br key={`b${i}`} />, line])}</>
)

const One = ({ node }: { node: Node }): JSX.Element => {
  switch (node.type) {
    case NodeType.Text:
      return <Lines text={unescapeEntities(node.text)} />
    case NodeType.UserLink:
      return <Mention sign="@" id={node.userID} />
    case NodeType.ChannelLink:
      return <Mention sign="#" id={node.channelID} />
    case NodeType.URL:
      return <Link url={unescapeEntities(node.url)}>{wordsOf(node.label) ?? unescapeEntities(node.url)}</Link>
    case NodeType.Command:
      return <Command node={node} />
    case NodeType.Emoji:
      return <>{EMOJI[node.name] ?? node.source}</>
    case NodeType.Code:
      return <code>{unescapeEntities(node.text)}</code>
    case NodeType.PreText:
      return <pre>{unescapeEntities(node.text)}</pre>
    case NodeType.Bold:
      return (
        <strong>
          <All nodes={node.children} />
        </strong>
      )
    case NodeType.Italic:
      return (
        <em>
          <All nodes={node.children} />
        </em>
      )
    case NodeType.Strike:
      return (
        <s>
          <All nodes={node.children} />
        </s>
      )
    case NodeType.Quote:
      return (
        <blockquote>
          <All nodes={node.children} />
        </blockquote>
      )
    case NodeType.Root:
      return <All nodes={node.children} />
    default:
      return node satisfies never
  }
}

const All = ({ nodes }: { nodes: readonly Node[] }): JSX.Element => (
  <>
    {nodes.map((node, i) => (
      <One key={i} node={node} />
    ))}
  </>
)

export const Mrkdwn = ({ text }: { text: string }): JSX.Element => <One node={parse(text)} />

/** A text object of Block Kit. */
export const Words = ({ of }: { of: unknown }): JSX.Element => {
  const { type, text = '' } = (of ?? {}) as { type?: string; text?: string }
  return type === 'mrkdwn' ? <Mrkdwn text={text} /> : <Lines text={text} />
}

/** What a text object says, bare. */
export const plainOf = (of: unknown): string =>
  String((of as { text?: string } | null | undefined)?.text ?? '')
