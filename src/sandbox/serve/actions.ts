/** What can be done on the page, as it is sent: the shapes that the server checks and the page writes. */
import { z } from 'zod'

const id = z.string().max(64)
const words = z.string().max(4_000)
/** By action id: what was typed into fields of which the bot hears only when the form is sent. */
const drafts = z.record(z.string().max(255), words)

const actionSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('say'), channel: id, text: words.min(1), thread: id.optional() }),
  z.strictObject({ do: z.literal('command'), channel: id, text: words }),
  z.strictObject({ do: z.literal('press'), channel: id, ts: id, action: z.string().max(255), value: words }),
  z.strictObject({
    do: z.literal('press in view'),
    in: z.enum(['modal', 'home']),
    action: z.string().max(255),
    value: words,
    drafts,
  }),
  z.strictObject({
    do: z.literal('choose'),
    action: z.string().max(255),
    value: words,
    text: words,
    drafts,
  }),
  z.strictObject({ do: z.literal('suggest'), action: z.string().max(255), text: words }),
  z.strictObject({ do: z.literal('submit'), drafts }),
  z.strictObject({ do: z.literal('close') }),
  z.strictObject({ do: z.literal('shortcut') }),
  z.strictObject({ do: z.literal('home') }),
  z.strictObject({ do: z.literal('sql'), text: words }),
  z.strictObject({
    do: z.literal('move clock'),
    ms: z
      .int()
      .min(1_000)
      .max(7 * 86_400_000),
  }),
  z.strictObject({ do: z.literal('crash') }),
])

export type Action = z.infer<typeof actionSchema>

/** `tab`: the one that acts, to which a modal will belong. */
export const requestSchema = z.strictObject({ tab: id, as: id, action: actionSchema })
