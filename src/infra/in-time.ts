/** An answer, or word that it is late, for chats that must say something soon. */
import type { Clock } from '../ports.ts'

/** Never later than `ms`; rejects never: `outcome` does not. */
export const inTime = <T>(outcome: Promise<T>, clock: Clock, ms: number): Promise<T | 'late'> =>
  new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve('late'))
    outcome.then((answer) => {
      cancel()
      resolve(answer)
    })
  })
