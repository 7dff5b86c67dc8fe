/** `curfew revoke ID REASON`: ends a grant now; a running bot takes the access away. */
import { actOnOne } from './act-on-one.ts'

export const run = actOnOne('revoke')
