/**
 * A card as a small tagged tree, drawn from state and rendered once per chat platform. It knows intents
 * (a person, a moment, a button), never widgets; text that people typed stands only in `plain` spans.
 */
import type { Instant, PersonRef, RequestId } from '../model.ts'

export type Span =
  | { readonly span: 'plain'; readonly text: string }
  | { readonly span: 'bold'; readonly text: string }
  | { readonly span: 'code'; readonly text: string }
  | { readonly span: 'person'; readonly person: Pick<PersonRef, 'via' | 'name'> }
  | { readonly span: 'channel'; readonly chat: string; readonly id: string }
  /** Shown in each reader's zone; `time` where the day is clear from the context. */
  | { readonly span: 'time'; readonly at: Instant; readonly style: 'time' | 'date and time' }

export type Verb =
  | 'approve'
  | 'deny'
  | 'shorten'
  | 'withdraw'
  | 'give-back'
  | 'revoke'
  | 'extend'
  | 'approve-extension'
  | 'deny-extension'
  | 'sign'
  | 'look'
  | 'ask'
  | 'retry'
  | 'reveal'
  /** What may I end? */
  | 'endings'

export interface Button {
  readonly verb: Verb
  /** The only things a press carries; they are looked up and never trusted further. Absent: about nothing yet. */
  readonly request?: RequestId
  /** Which extension of it, so that an old button does not decide on a newer one. */
  readonly extension?: number
  readonly label: string
  readonly style?: 'primary' | 'danger'
  readonly confirm?: {
    readonly title: string
    readonly text: string
    readonly yes: string
    readonly no: string
  }
}

export type Part =
  | { readonly part: 'text'; readonly spans: readonly Span[]; readonly button?: Button }
  | {
      readonly part: 'fields'
      readonly fields: readonly { readonly label: string; readonly spans: readonly Span[] }[]
    }
  /** Words a person typed, shown as a quotation without any markup. */
  | { readonly part: 'quote'; readonly text: string }
  /** A credential, to be copied as it is: shown to one person, in no message that stays. */
  | { readonly part: 'secret'; readonly label: string; readonly value: string }
  /** Small print. */
  | { readonly part: 'note'; readonly spans: readonly Span[] }
  | { readonly part: 'buttons'; readonly buttons: readonly Button[] }
  | { readonly part: 'divider' }

export interface Card {
  /** The state in words; also the heading. Empty: a line in a thread, without one. */
  readonly title: string
  /** The whole card in one sentence: notifications and screen readers use it. */
  readonly summary: readonly Span[]
  readonly parts: readonly Part[]
}

/** What a button's press carries, as text. */
export const carriedBy = ({ request, extension }: Pick<Button, 'request' | 'extension'>): string =>
  extension === undefined ? (request ?? '') : `${request}/${extension}`

export const plain = (text: string): Span => ({ span: 'plain', text })
export const bold = (text: string): Span => ({ span: 'bold', text })
export const code = (text: string): Span => ({ span: 'code', text })
export const person = (who: Pick<PersonRef, 'via' | 'name'>): Span => ({
  span: 'person',
  person: { via: who.via, name: who.name },
})
export const time = (at: Instant, style: 'time' | 'date and time' = 'date and time'): Span => ({
  span: 'time',
  at,
  style,
})
