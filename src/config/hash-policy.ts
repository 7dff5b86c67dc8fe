import { createHash } from 'node:crypto'
import type { BoundCondition } from '../domain/condition.ts'
import { canonical } from '../domain/entry.ts'
import type { Policy } from '../domain/policy.ts'

const withoutCheck = ({ kind, params }: BoundCondition) => ({ kind, params })

/** SHA-256 in hex over all that a policy says, defaults filled in: what a request is pinned to. */
export const hashPolicy = (policy: Omit<Policy, 'hash'>): string => {
  const when = policy.when.map(withoutCheck)
  const require = policy.require.map(withoutCheck)
  return createHash('sha256')
    .update(canonical({ ...policy, when, require }))
    .digest('hex')
}
