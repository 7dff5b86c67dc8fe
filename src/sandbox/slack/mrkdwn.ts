/**
 * Reads Slack's mrkdwn: what is live in it (mentions, links, dates) and what is only text. Pure; entities are
 * unescaped last, so that escaped words can never come alive. https://docs.slack.dev/messaging/formatting-message-text
 */

export type Token =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'user' | 'channel' | 'group' | 'broadcast'; readonly id: string; readonly label?: string }
  | { readonly is: 'link'; readonly id: string; readonly label?: string }
  | { readonly is: 'date'; readonly seconds: number; readonly format: string; readonly fallback: string }

const labelled = (label: string | undefined) => (label === undefined ? {} : { label })

/** What stands between `<` and `>`. */
const readSpecial = (inside: string): Token => {
  const bar = inside.indexOf('|')
  const what = bar < 0 ? inside : inside.slice(0, bar)
  const label = bar < 0 ? undefined : inside.slice(bar + 1)
  const date = /^!date\^(\d+)\^([^^]+)/.exec(what)
  if (date) return { is: 'date', seconds: Number(date[1]), format: date[2] ?? '', fallback: label ?? '' }
  if (/^@[UW]/.test(what)) return { is: 'user', id: what.slice(1), ...labelled(label) }
  if (/^#[CG]/.test(what)) return { is: 'channel', id: what.slice(1), ...labelled(label) }
  if (what.startsWith('!subteam^')) return { is: 'group', id: what.slice(9), ...labelled(label) }
  if (/^!(channel|here|everyone)$/.test(what)) return { is: 'broadcast', id: what.slice(1) }
  return { is: 'link', id: what, ...labelled(label) }
}

/** Splits mrkdwn into plain text (still escaped) and what is live in it. */
export const readMrkdwn = (mrkdwn: string): Token[] =>
  mrkdwn.split(/(<[^<>\n]+>)/).flatMap((piece): Token[] => {
    if (piece === '') return []
    const special = /^<([^<>\n]+)>$/.exec(piece)
    return [special?.[1] === undefined ? { is: 'text', text: piece } : readSpecial(special[1])]
  })

/** `&lt;`, `&gt;` and `&amp;`, and nothing else, exactly once. */
export const unescapeEntities = (text: string): string =>
  text.replace(/&(lt|gt|amp);/g, (_, name: string) => ({ lt: '<', gt: '>', amp: '&' })[name] ?? '')
