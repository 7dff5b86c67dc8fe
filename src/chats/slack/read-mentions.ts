/** Whom and what somebody mentioned, as Slack itself marked it: `<@U…|name>`, `<#C…|name>`, `<!subteam^S…|@name>`. */
import type { Mention } from '../../ports.ts'

/** What a person types as `<` arrives as `&lt;`, so nobody can make one up. The pattern is bounded, as texts may be long. */
const MENTION = /<(@|#|!subteam\^)([A-Z][A-Z0-9]{1,30})(?:\|([^<>]{0,200}))?>/g
const MENTIONS_MAX = 20

/** `text` as Slack sent it, before anything was decoded; each reference once. */
export const readMentions = (text: string): readonly Mention[] => {
  const found = new Map<string, Mention>()
  for (const [, , id = '', name = ''] of text.matchAll(MENTION)) {
    const ref = `slack:${id}`
    if (found.size < MENTIONS_MAX && !found.has(ref)) found.set(ref, { ref, name: name.replace(/^@/, '') })
  }
  return [...found.values()]
}
