/** `policies:`: who may ask what of whom, with all defaults filled in and a hash over the whole. */
import type { Condition } from '../domain/condition.ts'
import { showDuration } from '../domain/duration.ts'
import { matchesGlob } from '../domain/glob.ts'
import { UNREVIEWED_MAX } from '../domain/limits.ts'
import type { Policy } from '../domain/policy.ts'
import { hintFrom } from './explain-issue.ts'
import { hashPolicy } from './hash-policy.ts'
import { parseShape } from './parse-shape.ts'
import { type At, under } from './problem.ts'
import { readConditions } from './read-conditions.ts'
import { countNamed, type GroupMap } from './read-groups.ts'
import type { Item } from './read-people.ts'
import { type Known, readChannels, readReferences } from './read-references.ts'
import type { Reporter } from './reporter.ts'
import { type Defaults, type PolicyShape, policyShape } from './shapes.ts'

export interface PolicyContext {
  readonly defaults: Defaults
  readonly known: Known
  readonly groups: GroupMap
  readonly entitlements: readonly string[]
  readonly conditions: readonly Condition[]
}

type Draft = Omit<Policy, 'hash'>

/** A deny only refuses: what says how to grant would be read and never used. */
export const GRANTING = [
  'approvers',
  'review',
  'maxUnreviewed',
  'channels',
  'quorum',
  'defaultDuration',
  'maxDuration',
  'lapseAfter',
  'warnBefore',
  'maxExtensions',
  'require',
] as const

type Terms = 'defaultMs' | 'maxMs' | 'lapseMs' | 'provisionWithinMs' | 'warnMs' | 'maxExtensions'

/** What the policy says of times, and what `defaults:` says where it is silent. */
const termsOf = (shape: PolicyShape, defaults: Defaults): Pick<Draft, Terms> => {
  const maxMs = shape.maxDuration ?? defaults.maxDuration
  const { provisionWithin } = shape
  const warnMs = shape.warnBefore ?? defaults.warnBefore
  return {
    defaultMs: Math.min(shape.defaultDuration ?? defaults.defaultDuration, maxMs),
    maxMs,
    lapseMs: shape.lapseAfter ?? defaults.lapseAfter,
    ...(provisionWithin === undefined ? {} : { provisionWithinMs: provisionWithin }),
    ...(warnMs === undefined ? {} : { warnMs }),
    maxExtensions: shape.maxExtensions ?? defaults.maxExtensions,
  }
}

const reviewOf = (
  { review, maxUnreviewed }: PolicyShape,
  at: At,
  { known }: PolicyContext,
  reporter: Reporter,
): Pick<Draft, 'review'> => {
  if (review === undefined) return {}
  const by = readReferences(review, at, known, reporter)
  return { review: { by, mostUnreviewed: maxUnreviewed ?? UNREVIEWED_MAX } }
}

const draftPolicy = (shape: PolicyShape, at: At, context: PolicyContext, reporter: Reporter): Draft => {
  const { defaults, known, conditions } = context
  const place = (key: string) => under(at, key)
  return {
    name: shape.name ?? shape.entitlements.join(', '),
    effect: shape.effect,
    entitlements: shape.entitlements,
    requesters: readReferences(shape.requesters ?? ['everyone'], place('requesters'), known, reporter),
    approvers: readReferences(shape.approvers ?? [], place('approvers'), known, reporter),
    ...reviewOf(shape, place('review'), context, reporter),
    quorum: shape.effect === 'deny' ? 0 : (shape.quorum ?? defaults.quorum),
    ...termsOf(shape, defaults),
    reasonMinLength: (shape.reason ?? defaults.reason).minLength,
    channels: readChannels(shape.channels ?? [], place('channels'), known, reporter),
    when: readConditions(shape.when ?? [], place('when'), conditions, reporter),
    require: readConditions(shape.require ?? [], place('require'), conditions, reporter),
  }
}

const checkGlobs = (globs: readonly string[], at: At, known: readonly string[], reporter: Reporter): void => {
  for (const [i, glob] of globs.entries()) {
    const here = under(at, 'entitlements', i)
    if (!/^[^/\s]+\/[^/\s]+$/.test(glob))
      reporter.at(here, `“${glob}” is no entitlement.`, 'Write it as `target/role`; `*` stands for any part.')
    else if (!known.some((entitlement) => matchesGlob(glob, entitlement)))
      reporter.at(here, `“${glob}” matches no role of any target.`, hintFrom(glob, known))
  }
}

const checkDeny = (shape: PolicyShape, at: At, reporter: Reporter): void => {
  for (const key of GRANTING)
    if (shape[key] !== undefined)
      reporter.at(
        under(at, key),
        'Means nothing in a policy that only refuses.',
        'Remove it, or write `effect: allow`.',
      )
}

const checkApproval = (shape: PolicyShape, quorum: number, report: Complain): void => {
  if (quorum === 0) return
  if ((shape.approvers ?? []).length === 0)
    report('approvers', 'Nobody could approve.', 'Name somebody, or write `quorum: 0` to need nobody.')
  if ((shape.channels ?? []).length === 0)
    report('channels', 'No approver would see the request.', 'Name the channel its card is posted to.')
}

/** Given at once and looked at afterwards: somebody must hear of it, and read why. */
const checkReview = (shape: PolicyShape, draft: Draft, report: Complain): void => {
  if (shape.review === undefined) {
    if (shape.maxUnreviewed !== undefined)
      report('maxUnreviewed', 'Nothing is reviewed.', 'Name who signs: `review: [ana@acme.test]`.')
    return
  }
  if (draft.quorum > 0) {
    const hint = 'Write `quorum: 0`, or remove `review`: approvers look at it beforehand.'
    report('review', 'Only what is given at once is reviewed afterwards.', hint)
    return
  }
  if ((shape.channels ?? []).length === 0)
    report('channels', 'Nobody would hear of it.', 'Name the channel in which it is announced.')
  if (draft.reasonMinLength === 0)
    report('reason', 'Nobody could review what has no reason.', 'Raise `minLength` to 1 or more.')
}

type Complain = (key: string, says: string, hint: string) => void

const checkQuorum = (draft: Draft, written: number, context: PolicyContext, report: Complain): void => {
  // Nobody written, or somebody left out as unknown: that was reported, and the count says nothing.
  if (written === 0 || draft.approvers.length < written) return
  const named = countNamed(draft.approvers, context.groups)
  if (named !== undefined && named < draft.quorum)
    report(
      'quorum',
      `${draft.quorum} approvals are needed and ${named} can approve.`,
      'Name more approvers, or lower it.',
    )
}

const checkAllow = (shape: PolicyShape, draft: Draft, context: PolicyContext, report: Complain): void => {
  if (shape.requesters === undefined)
    report('requesters', 'Is missing.', 'Name who may ask; `[everyone]` is everybody but guests.')
  if (shape.defaultDuration !== undefined && shape.defaultDuration > draft.maxMs)
    report(
      'defaultDuration',
      `Is longer than the most, ${showDuration(draft.maxMs)}.`,
      'Lower it, or raise `maxDuration`.',
    )
  checkApproval(shape, draft.quorum, report)
  checkReview(shape, draft, report)
  checkQuorum(draft, shape.approvers?.length ?? 0, context, report)
}

const readPolicy = ({ value, at }: Item, context: PolicyContext, reporter: Reporter): Policy | undefined => {
  const shape = parseShape(value, policyShape, at, reporter)
  if (shape === undefined) return undefined
  const draft = draftPolicy(shape, at, context, reporter)
  checkGlobs(shape.entitlements, at, context.entitlements, reporter)
  if (shape.effect === 'deny') checkDeny(shape, at, reporter)
  else checkAllow(shape, draft, context, (key, says, hint) => reporter.at(under(at, key), says, hint))
  return { ...draft, hash: hashPolicy(draft) }
}

/** In the order written: the first that matches governs. */
export const readPolicies = (
  items: readonly Item[],
  context: PolicyContext,
  reporter: Reporter,
): readonly Policy[] => {
  const names = new Set<string>()
  return items.flatMap((item) => {
    const policy = readPolicy(item, context, reporter)
    if (policy === undefined) return []
    if (names.has(policy.name))
      reporter.at(item.at, `Two policies have the name “${policy.name}”.`, 'Give each its own `name:`.')
    names.add(policy.name)
    return [policy]
  })
}
