/** Words were typed: what they wish or ask, and about which request. */
import type { Card } from '../domain/cards/card.ts'
import { drawReferences } from '../domain/cards/references-card.ts'
import type { Words } from '../domain/command-line.ts'
import { type RequestId, requestKey } from '../domain/model.ts'
import { isRefusal, type Refusal, refuse } from '../domain/refusal.ts'
import type { Answer, Call, Mention } from '../ports.ts'
import { act } from './act.ts'
import type { Actor } from './actor.ts'
import { ask } from './ask.ts'
import type { Deps } from './deps.ts'
import { denyExtension, extend } from './extend.ts'
import { type AboutOne, findId } from './find-id.ts'
import { openForm } from './forms/open-form.ts'
import { readState } from './load.ts'
import { showHelp, showMine, showRequest } from './look-up.ts'
import { showCatalog } from './show-catalog.ts'
import { showDigest } from './show-digest.ts'
import { sign } from './sign.ts'
import type { Transacted } from './transact.ts'
import { type Said, wordsOf } from './words-of.ts'

type Done = Transacted | Answer | Card | Refusal

const NOBODY_MENTIONED = refuse(
  'unknown-command',
  'Nobody and nothing was mentioned.',
  'Mention them: /jit id @person #channel @group',
)

/** Reads the words and does or answers what they say. */
export const say = async (deps: Deps, actor: Actor, said: Said, call: Call): Promise<Done> => {
  const words = wordsOf(said)
  if (isRefusal(words)) return words
  switch (words.verb) {
    case 'form':
      return openForm(deps, actor, { form: 'request', about: '', values: {} }, call)
    case 'help':
      return showHelp()
    case 'mine':
      return showMine(deps, actor.person)
    case 'catalog':
      return showCatalog(deps, actor.person, words.filter, call)
    case 'digest':
      return showDigest(deps, actor.person, words.filter, call)
    case 'id':
      return showReferences(deps, actor, said)
    case 'unknown':
      return unknown(words)
    case 'request':
      return ask(deps, actor, words, call)
    default:
      return sayAbout(deps, actor, words, call)
  }
}

const showReferences = (deps: Deps, actor: Actor, { mentions, text }: Said): Card | Refusal => {
  if (mentions.length > 0) return drawReferences(mentions)
  return /\s/.test(text.trim()) ? NOBODY_MENTIONED : drawReferences(whereWeAre(deps, actor))
}

/** What needs no mention: who asks, and the channel it is asked in. */
const whereWeAre = (deps: Deps, { person, gesture: { channel, group } }: Actor): readonly Mention[] => [
  { ref: person.via, name: person.name },
  ...(channel !== undefined && deps.isChannel(channel) ? [{ ref: channel, name: 'this channel' }] : []),
  ...(group !== undefined && deps.isGroup(group) ? [{ ref: group, name: 'everybody in this team' }] : []),
]

const unknown = ({ word, suggestion }: Extract<Words, { verb: 'unknown' }>): Refusal =>
  refuse(
    'unknown-command',
    `Curfew does not know “${word}”.`,
    suggestion === undefined ? 'See: /jit help' : `Did you mean: /jit ${suggestion}`,
  )

const sayAbout = async (deps: Deps, actor: Actor, words: AboutOne, call: Call): Promise<Done> => {
  const id = await findId(deps, actor, words)
  if (isRefusal(id)) return id
  switch (words.verb) {
    case 'status':
    case 'approve':
      return showRequest(deps, actor.person, id, call)
    case 'done':
      return act(deps, actor, { act: 'give back', id }, call)
    case 'withdraw':
      return act(deps, actor, { act: 'withdraw', id }, call)
    case 'extend':
      return extend(deps, actor, { id, wish: words.wish, reason: words.reason }, call)
    case 'deny':
      return deny(deps, actor, { id, reason: words.reason }, call)
    case 'review':
      return sign(deps, actor, { id, words: words.reason }, call)
    case 'revoke':
      return act(deps, actor, { act: 'revoke', id, reason: words.reason }, call)
    default:
      return words satisfies never
  }
}

/** Of an access that is there, what waits for a decision is its extension. */
const deny = async (
  deps: Deps,
  actor: Actor,
  { id, reason }: { readonly id: RequestId; readonly reason: string },
  call: Call,
): Promise<Done> => {
  const { records } = await deps.journal.load([requestKey(id)])
  const extension = readState('request', records.get(requestKey(id)))?.extensions?.open?.n
  return extension === undefined
    ? act(deps, actor, { act: 'deny', id, reason }, call)
    : denyExtension(deps, actor, { id, extension, reason }, call)
}
