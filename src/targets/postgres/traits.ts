/** What this target declares about its access: given to a login that is there, or to one made for it. */
import { PROVISION_WITHIN_MS } from '../../domain/limits.ts'
import type { Traits } from '../../domain/model.ts'
import type { Settings } from './settings.ts'

export const traitsOf = (given: Settings): Traits => ({
  readsBack: true,
  tellsOurs: true,
  endsSessions: true,
  checksDeadline: true,
  settlesInMs: 0,
  provisionWithinMs: given.provisionWithin ?? PROVISION_WITHIN_MS,
})

export const loginTraits = (given: Settings): Traits => ({
  ...traitsOf(given),
  reveals: true,
  nativeExpiry: true,
  cleansUp: true,
})
