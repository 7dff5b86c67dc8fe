/**
 * The whole of what may happen, one table: every phase of a request against every command. `decide` is total and
 * pure; it answers what happened, to which record, or why not. Service code loads the world, and commits the rest.
 */
import * as person from './by-person.ts'
import * as system from './by-system.ts'
import type { Command, CommandOf, Decision, RequestVerb } from './command.ts'
import { disown } from './disown.ts'
import { approveExtension, denyExtension, extend } from './extend-grant.ts'
import { saysPhase } from './phase-words.ts'
import { type Phase, phaseOf } from './request.ts'
import { answerSeat, attemptSeat } from './settle-seat.ts'
import { awaitReview, signReview } from './sign-review.ts'
import type { World } from './world.ts'

type Handler<V extends RequestVerb> = (world: World, command: CommandOf<V>) => Decision
type Row<V extends RequestVerb> = Record<Phase, Handler<V>>

/** What the phase itself refuses, with the sentence for it. */
const no = (world: World, command: { readonly do: RequestVerb }): Decision =>
  saysPhase(world.request, command.do)
/** Time and repairs meet every phase; where there is nothing to do they do nothing. */
const nothing = (): Decision => []

const everywhere = <V extends RequestVerb>(otherwise: Handler<V>, some: Partial<Row<V>>): Row<V> => ({
  none: otherwise,
  pending: otherwise,
  denied: otherwise,
  lapsed: otherwise,
  withdrawn: otherwise,
  void: otherwise,
  approved: otherwise,
  provisioning: otherwise,
  active: otherwise,
  ending: otherwise,
  ended: otherwise,
  ...some,
})

/** Every command x every phase. */
export const TABLE: { readonly [V in RequestVerb]: Row<V> } = {
  request: everywhere<'request'>(no, { none: person.ask }),
  approve: everywhere<'approve'>(no, { pending: person.approve }),
  deny: everywhere<'deny'>(no, { pending: person.deny }),
  withdraw: everywhere<'withdraw'>(no, { pending: person.withdraw }),
  'give back': everywhere<'give back'>(no, {
    approved: person.giveBackEarly,
    provisioning: person.giveBack,
    active: person.giveBack,
  }),
  revoke: everywhere<'revoke'>(no, {
    approved: person.revokeEarly,
    provisioning: person.revoke,
    active: person.revoke,
  }),
  reveal: everywhere<'reveal'>(no, { active: person.reveal }),
  extend: everywhere<'extend'>(no, { active: extend }),
  'approve extension': everywhere<'approve extension'>(no, { active: approveExtension }),
  'deny extension': everywhere<'deny extension'>(no, { active: denyExtension }),
  sign: everywhere<'sign'>(no, {
    provisioning: signReview,
    active: signReview,
    ending: signReview,
    ended: signReview,
  }),
  retry: everywhere<'retry'>(no, {
    approved: person.retry,
    provisioning: person.retry,
    ending: person.retry,
  }),
  forget: everywhere<'forget'>(no, {
    denied: person.forget,
    lapsed: person.forget,
    withdrawn: person.forget,
    void: person.forget,
    ended: person.forget,
  }),
  clear: everywhere<'clear'>(nothing, { approved: system.clear }),
  leave: everywhere<'leave'>(nothing, {
    pending: system.leaveEarly,
    approved: system.leaveEarly,
    provisioning: system.leave,
    active: system.leave,
  }),
  'note post': everywhere<'note post'>(system.notePost, { none: nothing }),
  'note unreached': everywhere<'note unreached'>(system.noteUnreached, { none: nothing }),
  tick: everywhere<'tick'>(nothing, {
    pending: system.tickPending,
    approved: system.tickApproved,
    provisioning: system.tickProvisioning,
    active: system.tickActive,
    ending: system.tickEnding,
    ended: awaitReview,
  }),
}

/** Decides one command against the world as it was loaded. Refusals are for the person; no events means nothing to do. */
export const decide = (world: World, command: Command): Decision => {
  if (command.do === 'attempt') return attemptSeat(world, command)
  if (command.do === 'answer') return answerSeat(world, command)
  if (command.do === 'disown') return disown(world, command)
  const row: Record<Phase, (world: World, command: never) => Decision> = TABLE[command.do]
  return row[phaseOf(world.request)](world, command as never)
}
