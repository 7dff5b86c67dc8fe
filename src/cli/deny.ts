/** `curfew deny ID REASON`: denies a request that waits for a decision. */
import { actOnOne } from './act-on-one.ts'

export const run = actOnOne('deny')
