/** What an operator reads on the host: one line per request or refusal, or one JSON object per line for machines. */
import type { Span } from '../domain/cards/card.ts'
import { describeRequest } from '../domain/export-row.ts'
import type { Request, RequestId } from '../domain/model.ts'
import { type Refusal, refuse } from '../domain/refusal.ts'
import type { Texts } from '../domain/words.ts'
import { type CliInput, FAILED } from './cli-command.ts'

/** What people typed must not steer a terminal. */
export const tame = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')

export const sayRequest = (request: Request, texts: Texts, json: boolean): string => {
  const row = describeRequest(request, texts)
  if (json) return `${JSON.stringify(row)}\n`
  const until = row.endedAt === null && row.dueAt !== null ? [`until ${row.dueAt}`] : []
  const ended = row.endedAt === null ? [] : [`over since ${row.endedAt}`]
  const line = [
    row.id,
    row.state,
    row.requester,
    `${row.entitlement} as ${row.account}`,
    `asked ${row.askedAt}`,
    ...until,
    ...ended,
    ...(row.review === 'open' ? ['waits for a review'] : []),
    `policy ${row.policy}`,
    row.why,
  ]
  return `${tame(line.filter(Boolean).join('  '))}\n`
}

export const unknownTarget = (target: string, known: readonly string[]): Refusal =>
  refuse('unknown-entitlement', `There is no target “${target}”.`, `Known: ${known.join(', ')}.`)

/** The hint names commands of this host where there are such; answers the exit code. */
export const sayRefusal = (
  { out, err }: CliInput,
  refusal: Refusal,
  json: boolean,
  id?: RequestId,
): number => {
  const { refused, says } = refusal
  const hint = hintHere(refusal)
  if (json) out.write(`${JSON.stringify({ ...(id && { id }), refused, says, hint: hint ?? null })}\n`)
  else err.write(tame(`Not done: ${says}${hint === undefined ? '' : ` ${hint}`}`).concat('\n'))
  return FAILED
}

const hintHere = ({ refused, hint }: Refusal): string | undefined => {
  if (refused === 'unknown-id') return 'See them: curfew requests --all'
  const named = /\/jit (deny|revoke|status) /.test(hint ?? '')
  return named ? hint?.replace('/jit ', 'curfew ') : hint?.replace(/(.*)\/jit /, 'In chat: $1/jit ')
}

/** A sentence as plain text. */
export const sayWords = (spans: readonly Span[]): string => tame(spans.map(wordOf).join(''))

const wordOf = (span: Span): string => {
  switch (span.span) {
    case 'plain':
    case 'bold':
    case 'code':
      return span.text
    case 'person':
      return span.person.name
    case 'channel':
      return `${span.chat}:${span.id}`
    case 'time':
      return new Date(span.at).toISOString()
    default:
      return span satisfies never
  }
}
