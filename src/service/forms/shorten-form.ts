/** The form that approves for less time than was asked for. */
import { parseDuration } from '../../domain/duration.ts'
import { drawShortenForm } from '../../domain/forms/shorten-form.ts'
import { isRefusal } from '../../domain/refusal.ts'
import { parseAbout } from '../../domain/request-id.ts'
import { act } from '../act.ts'
import { blameOn } from './blame-on.ts'
import { findDecidable, readDecided } from './find-decidable.ts'
import type { FormHandler } from './form-handler.ts'

export const shortenForm: FormHandler = {
  draw: async (deps, actor, { about }, call) => {
    const named = parseAbout(about)
    const found = await findDecidable(deps, actor, named?.id ?? '', call, { operators: false })
    return isRefusal(found) ? found : drawShortenForm(found)
  },
  submit: async (deps, actor, { about, values }, call) => {
    const decided = readDecided(about)
    if (isRefusal(decided)) return decided
    const atMostMs = parseDuration(values.duration ?? '')
    if (isRefusal(atMostMs)) return blameOn('duration', atMostMs)
    const done = await act(deps, actor, { act: 'approve', id: decided.id, atMostMs }, call)
    const tooLong = done.did === 'refuse' && done.refusal.refused === 'bad-duration'
    return tooLong ? blameOn('duration', done.refusal) : done
  },
}
