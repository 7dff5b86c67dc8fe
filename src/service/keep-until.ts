/**
 * Before an end moves, the target's own expiry is moved: it would cut the access short, with nothing in the journal to say
 * so. Called with the very decision that is about to be committed; where the target does not do it, nothing is extended.
 */
import type { Command } from '../domain/command.ts'
import { asFault, Fault } from '../domain/fault.ts'
import { decide } from '../domain/lifecycle.ts'
import type { Access } from '../domain/model.ts'
import { isRefusal, type Refusal, refuse } from '../domain/refusal.ts'
import { apply, latestEnd, type World } from '../domain/world.ts'
import type { Call } from '../ports.ts'
import { within } from './call.ts'
import type { Deps } from './deps.ts'

/** The command as it was, once nothing in the target stands in its way. An expiry moved in vain is only a later net. */
export const keepUntil = async (
  deps: Deps,
  world: World,
  command: Command,
  call: Call,
): Promise<Command | Refusal> => {
  const access = world.request?.access
  if (access?.traits.nativeExpiry !== true) return command
  const decision = decide(world, command)
  if (isRefusal(decision) || !decision.some(({ event }) => event.type === 'extended')) return command
  const endsAt = latestEnd(decision.reduce(apply, world))
  try {
    if (endsAt === undefined) throw new Error('a grant that is extended holds its seat')
    await deps.gateOf(access.target)(call, () => within(call, move(deps, access, { ...call, endsAt })))
    return command
  } catch (thrown) {
    const { kind, message } = asFault(thrown)
    deps.log.warn({ record: world.request?.id, kind, fault: message }, 'an expiry could not be moved')
    return refuse(
      'unavailable',
      `${access.target} did not move its own expiry (${message}), so nothing was extended.`,
      'Try again in a minute.',
    )
  }
}

const move = async (deps: Deps, access: Access, call: Call): Promise<void> => {
  const target = deps.targets.get(access.target)
  if (target?.keepUntil === undefined) throw new Fault('permanent', 'it has none that can be moved')
  await target.keepUntil(access, call)
}
