/** Carries what a person did to the bot as Slack does: signed over HTTP, or through one of its sockets. */
import type { Fields } from './model.ts'
import { type Hostile, type Reply, type SignedRequest, sendSigned, signRequest } from './send-signed.ts'
import type { Envelope, Sockets } from './sockets.ts'

/** What was sent, for sending the very same again. */
export type Sent = SignedRequest | Envelope

/** How the bot answered; `copies` holds all answers where more than one copy was sent, the first is shown. */
export interface Answered extends Reply {
  readonly request: Sent
  readonly copies: readonly Reply[]
}

export interface Delivery {
  readonly type: 'slash_commands' | 'interactive' | 'events_api'
  readonly payload: Fields
}

export interface Carry {
  deliver(delivery: Delivery, hostile: Hostile): Promise<Answered>
  again(sent: Sent): Promise<Reply>
}

interface Ways {
  readonly signingSecret: string
  /** Where the bot listens; `undefined`: nobody said so. */
  botUrl(): string | undefined
  /** Given where the app is in Socket Mode. */
  readonly sockets: Sockets | undefined
}

export const createCarry = ({ signingSecret, botUrl, sockets }: Ways): Carry => {
  const again = (sent: Sent): Promise<Reply> => {
    if ('type' in sent) {
      if (sockets === undefined) throw new Error('this local Slack has no sockets')
      return sockets.send(sent)
    }
    const url = botUrl()
    if (url === undefined) throw new Error('the local Slack was not told where the bot listens: connectBot')
    return sendSigned(url, sent)
  }
  return {
    again,
    deliver: async (delivery, hostile) => {
      const request = sockets ? delivery : signRequest(formOf(delivery), signingSecret, hostile)
      const copies = await Promise.all(Array.from({ length: hostile.copies ?? 1 }, () => again(request)))
      const [first] = copies
      if (!first) throw new Error('at least one copy has to be sent')
      return { ...first, request, copies }
    },
  }
}

/** A command's fields stand by themselves, all else is one field of JSON. */
const formOf = ({ type, payload }: Delivery): Record<string, string> =>
  type === 'slash_commands'
    ? Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, String(value)]))
    : { payload: JSON.stringify(payload) }
