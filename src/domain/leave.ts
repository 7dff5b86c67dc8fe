/** Which requests may leave Redis, once the mirror has them. */
import type { Instant, Request } from './model.ts'
import { isLive } from './owed.ts'

/** It is over, was so before this moment, and nothing more will happen to it by itself. */
export const mayLeave = (request: Request, before: Instant): boolean => {
  const { closed, grant } = request
  const overAt = Math.max(grant?.ended?.at ?? closed?.at ?? Number.POSITIVE_INFINITY, grant?.cameBackAt ?? 0)
  return !isLive(request) && overAt < before
}
