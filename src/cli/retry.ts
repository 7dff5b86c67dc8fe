/** `curfew retry ID`: what is stuck is tried again now, not when its pause is over. */
import { actOnOne } from './act-on-one.ts'

export const run = actOnOne('retry')
