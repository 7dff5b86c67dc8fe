/**
 * One survey of one target: written down when it begins, so that of many replicas one looks, and when it is over, with
 * what was found and a notice of every new orphan. What Curfew once gave and took is taken away again; what it never
 * gave is only told.
 */
import { drawOrphans } from '../domain/cards/orphans-card.ts'
import { SURVEY_FRESH_MS } from '../domain/limits.ts'
import { type Instant, noticeKey, placeId, placeOf, surveyKey, type TargetName } from '../domain/model.ts'
import { beginNotice } from '../domain/notice.ts'
import {
  evolveSurvey,
  type Findings,
  keepFirst,
  newOrphans,
  overWith,
  type Survey,
  type SurveyEvent,
  surveyDueAt,
} from '../domain/survey.ts'
import type { Stored, Target } from '../ports.ts'
import { changeOne } from './change-one.ts'
import type { Deps } from './deps.ts'
import { readState } from './load.ts'
import { type ViewPart, viewPart } from './save-view.ts'
import { lookAtSeat } from './settle.ts'
import { type Surveyed, surveyTarget } from './survey-target.ts'

/** Where a survey's record stands. */
interface At {
  readonly stored: Stored
  readonly survey: Survey
}

/**
 * Surveys the target if that is owed: `atStart`, also when the last one was only a while ago. Rejects with a fault when
 * target or Redis does not answer; then it is owed again in a while.
 */
export const recordSurvey = async (deps: Deps, name: string, atStart: boolean): Promise<void> => {
  const target = deps.targets.get(name)
  if (target === undefined) return
  const begun = await begin(deps, name, atStart)
  if (begun === undefined) return
  const found = await surveyTarget(deps, name, target)
  await takeBack(deps, { name: name as TargetName, target }, found)
  await finish(deps, begun, found)
}

/** Undefined: none is owed, or somebody else was first. */
const begin = async (deps: Deps, name: string, atStart: boolean): Promise<At | undefined> => {
  const key = surveyKey(name)
  const { now, records } = await deps.journal.load([key])
  const stored = records.get(key) ?? { key, v: 0, mark: null, state: null }
  const survey = readState('survey', stored)
  const isOld = survey?.overAt !== undefined && now - survey.begunAt > SURVEY_FRESH_MS
  if (surveyDueAt(survey) > now && !(atStart && isOld)) return undefined
  return write(deps, stored, survey, { type: 'survey begun', at: now, target: name })
}

/** What came back to a seat that was settled is looked at like any seat, and so owed again. */
const takeBack = async (
  deps: Deps,
  { name, target }: { readonly name: TargetName; readonly target: Target },
  { strays }: Surveyed,
): Promise<void> => {
  for (const { listed, cameBack: seat } of strays) {
    if (seat === undefined) continue
    const { now } = await deps.journal.load([])
    const { account, handle } = listed
    const found = { ...seat.access, account, handle, traits: target.traits, target: name }
    await lookAtSeat(deps, target, { seat, found }, now)
  }
}

const finish = async (deps: Deps, at: At, { strays, standing }: Surveyed): Promise<void> => {
  const orphans = strays.map(({ orphan, cameBack }) =>
    cameBack === undefined ? orphan : { ...orphan, taking: true as const },
  )
  const findings = { orphans: keepFirst(orphans), standing: keepFirst(standing) }
  const { now } = await deps.journal.load([])
  const event = overWith(at.survey, findings, now)
  await write(deps, at.stored, at.survey, event, noticesOf(deps, at.survey, findings, now))
}

const noticesOf = (deps: Deps, before: Survey, findings: Findings, at: Instant): readonly ViewPart[] => {
  const orphans = newOrphans(before, findings)
  if (orphans.length === 0) return []
  const { target, v } = before
  deps.log.error({ target, seats: orphans.map(({ seat }) => seat) }, 'orphans were found')
  const card = drawOrphans(target, orphans)
  return deps.rules.auditChannels.map((channel) => {
    const place = placeOf('thread', channel)
    const key = noticeKey(`${surveyKey(target)}@${v}`, placeId(place))
    return viewPart(key, beginNotice(key, place, card, at), { live: true })
  })
}

/** Undefined: somebody else was first. */
const write = async (
  deps: Deps,
  stored: At['stored'],
  before: Survey | null,
  event: SurveyEvent,
  told: readonly ViewPart[] = [],
): Promise<At | undefined> => {
  const survey = evolveSurvey(before, event)
  const change = changeOne(deps.key, { stored, event, state: survey, told })
  const committed = await deps.journal.commit({ ...change, at: event.at, ends: true })
  if (committed.kind !== 'ok') return undefined
  if (told.length > 0) deps.wake()
  return { stored: change.writes[0] ?? stored, survey }
}
