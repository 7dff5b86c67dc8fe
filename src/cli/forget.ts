/** `curfew forget ID`: erases what people typed about a request that is over; what happened stays, and stays sealed. */
import { actOnOne } from './act-on-one.ts'

export const run = actOnOne('forget')
