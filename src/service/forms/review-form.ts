/** The form that signs the review of what was given by break-glass. */
import { refOf } from '../../domain/belongs.ts'
import { drawReviewForm } from '../../domain/forms/review-form.ts'
import { decide } from '../../domain/lifecycle.ts'
import { requestKey } from '../../domain/model.ts'
import { saysPhase } from '../../domain/phase-words.ts'
import { isRefusal } from '../../domain/refusal.ts'
import { parseAbout } from '../../domain/request-id.ts'
import { textOf } from '../../domain/words.ts'
import { loadRequest } from '../load.ts'
import { sign } from '../sign.ts'
import { reviewerOf } from '../standing.ts'
import { readDecided } from './find-decidable.ts'
import type { FormHandler } from './form-handler.ts'

export const reviewForm: FormHandler = {
  draw: async (deps, { person }, { about }, call) => {
    const id = parseAbout(about)?.id
    if (id === undefined) return saysPhase(null, 'sign')
    const { world } = await loadRequest(deps.journal, id)
    const { request, now } = world
    if (request === null) return saysPhase(null, 'sign')
    const reviewer = await reviewerOf(deps, person, request, call)
    // Who would be refused is told so before they write anything, and nothing of the request.
    const refused = decide(world, { do: 'sign', by: refOf(person), reviewer, words: null })
    if (isRefusal(refused)) return refused
    const texts = await deps.journal.texts(requestKey(id))
    return drawReviewForm(request, textOf(request.reason, texts), now)
  },
  submit: async (deps, actor, { about, values }, call) => {
    const read = readDecided(about, values.words)
    if (isRefusal(read)) return read
    return sign(deps, actor, { id: read.id, words: read.reason }, call)
  },
}
