/** The form that asks for access, made of the same offers, policies and `ask` as the typed words. */
import { createHash } from 'node:crypto'
import { refOf } from '../../domain/belongs.ts'
import { listOwn } from '../../domain/cards/answer-card.ts'
import { type Offer, offerName } from '../../domain/cards/catalog-card.ts'
import { cleanText } from '../../domain/clean-text.ts'
import { refuseLong } from '../../domain/command-line.ts'
import type { Option, Values } from '../../domain/forms/form.ts'
import { drawRequestForm } from '../../domain/forms/request-form.ts'
import { fieldOf } from '../../domain/judge.ts'
import { FORM_GRANTS_MAX, SEARCH_MAX } from '../../domain/limits.ts'
import { type Request, requestKey } from '../../domain/model.ts'
import type { Refusal, RefusalCode } from '../../domain/refusal.ts'
import { parseRequestId } from '../../domain/request-id.ts'
import { isSelf } from '../../domain/rights.ts'
import { textOf } from '../../domain/words.ts'
import type { Actor } from '../actor.ts'
import { ask } from '../ask.ts'
import type { Deps } from '../deps.ts'
import { findOffers } from '../find-offers.ts'
import { readState } from '../load.ts'
import { openRequests } from '../look-up.ts'
import type { FormHandler } from './form-handler.ts'

/** What a chat carries as the value of an option; longer names travel as a digest. Characters. */
const KEY_MAX = 75

const keyOf = (name: string): string =>
  name.length <= KEY_MAX ? name : `sha256:${createHash('sha256').update(name).digest('hex')}`

const optionOf = (offer: Offer): Option => ({
  value: keyOf(offerName(offer)),
  label: offerName(offer),
  ...(offer.actions.length > 0 && { note: offer.actions.join(', ') }),
})

export const requestForm: FormHandler = {
  draw: async (deps, actor, { about, values }, call) => {
    const [{ now, offers }, mine, again] = await Promise.all([
      findOffers(deps, actor.person, call),
      openRequests(deps.journal, actor.person),
      findEarlier(deps, actor, about),
    ])
    const wanted = values.what ?? (again && keyOf(nameOf(again.request)))
    const offer = offers.find((one) => keyOf(offerName(one)) === wanted)
    const shown = mine.requests.slice(0, FORM_GRANTS_MAX)
    return drawRequestForm({
      now,
      mine: listOwn(shown, mine.requests.length - shown.length, now),
      offers: offers.length,
      ...(offer && { chosen: { offer, option: optionOf(offer) } }),
      ...(again && { reason: again.reason }),
    })
  },

  submit: async (deps, actor, { values }, call) => {
    const named = [...deps.rules.targets].flatMap(([target, { roles }]) =>
      [...roles.keys()].map((role) => `${target}/${role}`),
    )
    const entitlement = named.find((name) => keyOf(name) === values.what) ?? values.what ?? ''
    const wish = cleanText(values.duration ?? '')
    const reason = joinReason(values)
    const refused = refuseLong(reason)
    if (refused !== undefined) return blame(refused)
    const done = await ask(deps, actor, { entitlement, reason, ...(wish !== '' && { wish }) }, call)
    return done.did === 'refuse' ? blame(done.refusal) : done
  },

  search: async (deps, actor, text, call) => {
    const { offers } = await findOffers(deps, actor.person, call)
    const words = cleanText(text).toLowerCase().split(' ')
    return offers
      .filter((offer) => words.every((word) => offerName(offer).toLowerCase().includes(word)))
      .slice(0, SEARCH_MAX)
      .map(optionOf)
  },
}

const nameOf = ({ entitlement: { target, role } }: Request): string => `${target}/${role}`

/** What somebody asked for before and wants again; only their own is looked at. */
const findEarlier = async (
  deps: Deps,
  { person }: Actor,
  about: string,
): Promise<{ request: Request; reason: string } | undefined> => {
  const id = parseRequestId(about)
  if (id === undefined) return undefined
  const { records } = await deps.journal.load([requestKey(id)])
  const request = readState('request', records.get(requestKey(id)))
  if (request === null || !isSelf(request.requester, refOf(person))) return undefined
  return { request, reason: textOf(request.reason, await deps.journal.texts(requestKey(id))) }
}

/** The words that conditions asked for stand in front, as if they had been typed there. */
const joinReason = (values: Values): string => {
  const asked = Object.keys(values).filter((name) => name.startsWith(fieldOf('')))
  const words = [...asked.sort(), 'reason'].map((name) => cleanText(values[name] ?? ''))
  return words.filter((text) => text !== '').join(': ')
}

const FIELD_OF: Partial<Record<RefusalCode, string>> = {
  'bad-duration': 'duration',
  'bad-zone': 'duration',
  'too-long': 'reason',
  'not-allowed': 'what',
  'unknown-entitlement': 'what',
  'no-account': 'what',
  'account-taken': 'what',
  'target-refused': 'what',
}

/** A refusal whose fields are not said by the policies' own reasons: its code tells. */
const blame = (refusal: Refusal): Refusal => {
  const field = FIELD_OF[refusal.refused]
  if (refusal.fields !== undefined || field === undefined) return refusal
  return { ...refusal, fields: { [field]: [refusal.says, refusal.hint ?? ''].join(' ').trim() } }
}
