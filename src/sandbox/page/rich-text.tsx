/** The rich text block: sections, lists, quotes and what stands in them. */
import type { JSX } from 'preact'
import type { Block, Fields } from '../slack/model.ts'
import { Link, Mention, Moment } from './mrkdwn.tsx'

const Styled = ({ text, style }: { text: string; style: Fields | undefined }): JSX.Element => {
  if (style?.code) return <code>{text}</code>
  if (style?.bold) return <strong>{text}</strong>
  if (style?.italic) return <em>{text}</em>
  if (style?.strike) return <s>{text}</s>
  return <span>{text}</span>
}

const Inline = ({ of }: { of: Fields }): JSX.Element => {
  switch (of.type) {
    case 'user':
      return <Mention sign="@" id={String(of.user_id)} />
    case 'usergroup':
      return <Mention sign="@" id={String(of.usergroup_id)} />
    case 'channel':
      return <Mention sign="#" id={String(of.channel_id)} />
    case 'link':
      return <Link url={String(of.url)}>{String(of.text ?? of.url)}</Link>
    case 'date':
      return <Moment seconds={Number(of.timestamp)} format={String(of.format)} />
    default:
      return (
        <Styled text={String(of.text ?? of.name ?? of.range ?? '')} style={of.style as Fields | undefined} />
      )
  }
}

const Run = ({ elements }: { elements: unknown }): JSX.Element => (
  <>
    {(elements as readonly Fields[]).map((element, i) => (
      <Inline key={i} of={element} />
    ))}
  </>
)

const Part = ({ part }: { part: Fields }): JSX.Element => {
  switch (part.type) {
    case 'rich_text_list':
      return (
        <ul>
          {(part.elements as readonly Fields[]).map((item, i) => (
            <li key={i}>
              <Run elements={item.elements} />
            </li>
          ))}
        </ul>
      )
    case 'rich_text_quote':
      return (
        <blockquote>
          <Run elements={part.elements} />
        </blockquote>
      )
    case 'rich_text_preformatted':
      return (
        <pre>
          <Run elements={part.elements} />
        </pre>
      )
    default:
      return (
        <p>
          <Run elements={part.elements} />
        </p>
      )
  }
}

export const RichText = ({ block }: { block: Block }): JSX.Element => (
  <>
    {(block.elements as readonly Fields[]).map((part, i) => (
      <Part key={i} part={part} />
    ))}
  </>
)
