/** The form that denies a request, or an extension of one. */
import { drawDenyForm } from '../../domain/forms/deny-form.ts'
import { isRefusal } from '../../domain/refusal.ts'
import { parseAbout } from '../../domain/request-id.ts'
import { act } from '../act.ts'
import { denyExtension } from '../extend.ts'
import { findDecidable, readDecided } from './find-decidable.ts'
import type { FormHandler } from './form-handler.ts'

export const denyForm: FormHandler = {
  draw: async (deps, actor, { about }, call) => {
    const found = await findDecidable(deps, actor, about, call)
    return isRefusal(found) ? found : drawDenyForm(found, parseAbout(about)?.extension)
  },
  submit: async (deps, actor, { about, values }, call) => {
    const decided = readDecided(about, values.reason)
    if (isRefusal(decided)) return decided
    const { extension, ...rest } = decided
    return extension === undefined
      ? act(deps, actor, { act: 'deny', ...rest }, call)
      : denyExtension(deps, actor, { ...rest, extension }, call)
  },
}
