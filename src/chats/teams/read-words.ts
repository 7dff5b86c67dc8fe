/** Words as they were typed: without the mention that called Curfew, and with whom else they mention. */

import { z } from 'zod'
import type { Mention } from '../../ports.ts'
import type { Activity } from './activity.ts'

/** More than this is handed on as it is: nobody will read it, and it is not worth the time. Characters. */
const DECODED_MAX = 100_000
const MENTIONS_MAX = 20
const NAME_MAX = 200

/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/channel-and-group-conversations */
const mentionShape = z.object({
  type: z.literal('mention'),
  text: z.string().min(1).max(500),
  mentioned: z.object({ id: z.string().max(400), name: z.string().default('').catch('') }),
})

export interface Typed {
  readonly text: string
  /** Channels. */
  readonly mentions: readonly Mention[]
  /** People, by their ids for this bot. */
  readonly people: readonly { readonly mri: string; readonly name: string }[]
  /** They spoke to Curfew. */
  readonly calls: boolean
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&nbsp;': ' ',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
}

/** Teams sends what was typed with entities, so that only its own mentions are tags. */
const decode = (text: string): string =>
  text
    .replace(/<\/?at(?: [^<>]{0,200})?>/g, '')
    .replace(/&(?:nbsp|lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\u00a0/g, ' ')
    .trim()

/** Who is used to another chat types its command in front. */
const withoutCommand = (text: string): string => text.replace(/^\/?jit(?:\s+|$)/i, '')

export const readWords = ({ text, entities, recipient }: Activity): Typed => {
  let typed = text ?? ''
  const channels = new Map<string, Mention>()
  const people = new Map<string, string>()
  let calls = recipient.isTargeted === true
  for (const entity of (entities ?? []).slice(0, MENTIONS_MAX * 2)) {
    const { success, data } = mentionShape.safeParse(entity)
    if (!success) continue
    const { id } = data.mentioned
    const name = data.mentioned.name.slice(0, NAME_MAX)
    if (id === recipient.id) {
      calls = true
      typed = typed.replace(data.text, '')
    } else if (id.startsWith('29:') && people.size < MENTIONS_MAX) people.set(id, name)
    else if (id.startsWith('19:') && channels.size < MENTIONS_MAX)
      channels.set(id, { ref: `teams:${id}`, name })
  }
  return {
    text: typed.length > DECODED_MAX ? typed : withoutCommand(decode(typed)),
    mentions: [...channels.values()],
    people: [...people].map(([mri, name]) => ({ mri, name })),
    calls,
  }
}
