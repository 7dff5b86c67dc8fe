/** The form that asks for more time. */

import { refOf } from '../../domain/belongs.ts'
import { cleanText } from '../../domain/clean-text.ts'
import { refuseExtend } from '../../domain/extend-grant.ts'
import { drawExtendForm } from '../../domain/forms/extend-form.ts'
import { pinned } from '../../domain/judge.ts'
import { requestKey } from '../../domain/model.ts'
import { saysPhase } from '../../domain/phase-words.ts'
import { isRefusal, type Refusal } from '../../domain/refusal.ts'
import { phaseOf } from '../../domain/request.ts'
import { parseAbout } from '../../domain/request-id.ts'
import { isSelf } from '../../domain/rights.ts'
import { extend } from '../extend.ts'
import { readState } from '../load.ts'
import { blameOn } from './blame-on.ts'
import { readDecided } from './find-decidable.ts'
import type { FormHandler } from './form-handler.ts'

export const extendForm: FormHandler = {
  draw: async (deps, { person }, { about }) => {
    const id = parseAbout(about)?.id
    if (id === undefined) return saysPhase(null, 'extend')
    const { now, records } = await deps.journal.load([requestKey(id)])
    const request = readState('request', records.get(requestKey(id)))
    if (request === null || !isSelf(request.requester, refOf(person))) return saysPhase(null, 'extend')
    if (phaseOf(request) !== 'active') return saysPhase(request, 'extend')
    const policy = pinned(request, deps.rules.policies)
    const refused = policy && refuseExtend(request, policy.maxExtensions)
    return refused ?? drawExtendForm(request, policy, now)
  },
  submit: async (deps, actor, { about, values }, call) => {
    const read = readDecided(about, values.reason)
    if (isRefusal(read)) return read
    const { id, reason } = read
    const done = await extend(deps, actor, { id, wish: cleanText(values.duration ?? ''), reason }, call)
    return done.did === 'refuse' ? blame(done.refusal) : done
  },
}

const blame = (refusal: Refusal): Refusal =>
  ['bad-duration', 'bad-zone', 'not-allowed'].includes(refusal.refused)
    ? blameOn('duration', refusal)
    : refusal
