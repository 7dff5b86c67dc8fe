/** Slack's mrkdwn as elements: text is only ever text, and links go to http, https and mailto alone. */
import type { ComponentChildren, JSX } from 'preact'
import { readMrkdwn, type Token, unescapeEntities } from '../slack/mrkdwn.ts'
import { formatDate } from './dates.ts'
import { usePane } from './person.ts'

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

const Lines = ({ text }: { text: string }): JSX.Element => (
  <>{text.split('\n').map((line, i) => [i > 0 && <br key={`b${i}`} />, line])}</>
)

/** What a pair of signs makes of the words between them; code is taken as it is. */
const STYLES: readonly { readonly sign: string; draw(inside: string): JSX.Element }[] = [
  { sign: '`', draw: (inside) => <code>{unescapeEntities(inside)}</code> },
  {
    sign: '*',
    draw: (inside) => (
      <strong>
        <Styled text={inside} />
      </strong>
    ),
  },
  {
    sign: '_',
    draw: (inside) => (
      <em>
        <Styled text={inside} />
      </em>
    ),
  },
  {
    sign: '~',
    draw: (inside) => (
      <s>
        <Styled text={inside} />
      </s>
    ),
  },
]

/** A pair that stands around words, not within one. */
const PAIR = /(^|[^\w`*~])([`*_~])(\S|\S[^\n]*?\S)\2(?![\w`*~])/

/** Text between what is live. */
const Styled = ({ text }: { text: string }): JSX.Element => {
  const found = PAIR.exec(text)
  const style = STYLES.find(({ sign }) => sign === found?.[2])
  if (found === null || style === undefined) return <Lines text={unescapeEntities(text)} />
  const [all, before = '', , inside = ''] = found
  return (
    <>
      <Lines text={unescapeEntities(text.slice(0, found.index) + before)} />
      {style.draw(inside)}
      <Styled text={text.slice(found.index + all.length)} />
    </>
  )
}

const One = ({ token }: { token: Token }): JSX.Element => {
  switch (token.is) {
    case 'text':
      return <Styled text={token.text} />
    case 'user':
    case 'group':
      return <Mention sign="@" id={token.id} {...(token.label && { label: token.label })} />
    case 'channel':
      return <Mention sign="#" id={token.id} {...(token.label && { label: token.label })} />
    case 'broadcast':
      return <span class="mention">@{token.id}</span>
    case 'link':
      return <Link url={unescapeEntities(token.id)}>{unescapeEntities(token.label ?? token.id)}</Link>
    case 'date':
      return <Moment seconds={token.seconds} format={token.format} />
    default:
      return token satisfies never
  }
}

export const Mrkdwn = ({ text }: { text: string }): JSX.Element => (
  <>
    {readMrkdwn(text).map((token, i) => (
      <One key={`${i}${token.is}`} token={token} />
    ))}
  </>
)

/** A text object of Block Kit. */
export const Words = ({ of }: { of: unknown }): JSX.Element => {
  const { type, text = '' } = (of ?? {}) as { type?: string; text?: string }
  return type === 'mrkdwn' ? <Mrkdwn text={text} /> : <Lines text={text} />
}

/** What a text object says, bare. */
export const plainOf = (of: unknown): string =>
  String((of as { text?: string } | null | undefined)?.text ?? '')
