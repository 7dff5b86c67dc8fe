/**
 * What those who wait for a seat were cleared for, by their own marked events; asked before each attempt to give it. The seat's
 * own record says it too, but nothing proves that record once older entries were trimmed.
 */
import type { Access } from '../domain/model.ts'
import { phaseOf } from '../domain/request.ts'
import type { World } from '../domain/world.ts'
import type { Deps } from './deps.ts'
import { isWhole } from './is-whole.ts'

/** Undefined where nobody waits, or one of them is not what the journal says: then nobody is given anything. */
export const findGiven = async (deps: Deps, { seat, peers }: World): Promise<Access | undefined> => {
  let given: Access | undefined
  for (const holder of seat?.holders.filter(({ active }) => !active) ?? []) {
    const request = peers.get(holder.request)
    const isSame =
      request !== undefined &&
      phaseOf(request) === 'provisioning' &&
      request.grant?.giveUpAt === holder.giveUpAt &&
      request.access.seat === seat?.key
    if (!isSame || !(await isWhole(deps, request))) {
      deps.log.error({ seat: seat?.key, request: holder.request }, 'a grant does not match its journal')
      return undefined
    }
    given = request.access
  }
  return given
}
