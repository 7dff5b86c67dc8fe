/**
 * `curfew reconcile [--target TARGET] [--revoke SEAT | --all-orphans]`: looks through the targets now for access that no
 * grant stands behind, and has orphans taken away. Standing access is only named: whoever gave it takes it.
 */
import { asFault } from '../domain/fault.ts'
import type { Access, TargetName } from '../domain/model.ts'
import { refuse } from '../domain/refusal.ts'
import type { Found, Orphan } from '../domain/survey.ts'
import { systemClock } from '../infra/clock.ts'
import { type Surveyed, surveyTarget } from '../service/survey-target.ts'
import { type CliCommand, type CliInput, DONE, FAILED } from './cli-command.ts'
import { connectTarget, timed } from './connect-target.ts'
import { sayRefusal, tame, unknownTarget } from './say-host.ts'
import { type Host, type HostWords, withHost } from './with-host.ts'

const NO_ORPHAN = refuse('unknown-id', 'There is no orphan on that seat.', 'See them: curfew reconcile')

export const run: CliCommand = (input) =>
  withHost(input, async (host, words) => {
    const all = Object.keys(host.config.targets)
    if (words.target !== undefined && !all.includes(words.target))
      return sayRefusal(input, unknownTarget(words.target, all), words.json)
    const names = words.target === undefined ? all : [words.target]
    const looked: Looked[] = []
    for (const name of names) looked.push(...(await lookThrough(input, host, name)))
    const takes = words.revoke !== undefined || words.allOrphans
    const code = takes ? await takeAway(input, host, words, looked) : list(input, words, looked)
    return looked.length === names.length ? code : FAILED
  })

interface Looked {
  readonly target: string
  readonly orphans: readonly { readonly orphan: Orphan; readonly access: Access }[]
  readonly standing: readonly Found[]
}

/** Nothing when the target does not answer: the others are looked through all the same. */
const lookThrough = async (input: CliInput, host: Host, name: string): Promise<readonly Looked[]> => {
  const target = connectTarget(host.config, name)
  if (target === undefined) return []
  try {
    const found = await surveyTarget({ clock: systemClock, journal: host.journal }, name, target)
    const fingerprint = found.strays.length === 0 ? '' : await timed(name, (call) => target.fingerprint(call))
    const { traits } = target
    return [lookedAt(name, found, { target: name as TargetName, fingerprint, traits })]
  } catch (thrown) {
    input.err.write(`${tame(`${name}: ${asFault(thrown).message}`)}\n`)
    return []
  } finally {
    await target.close()
  }
}

const lookedAt = (
  target: string,
  { strays, standing }: Surveyed,
  of: Pick<Access, 'target' | 'fingerprint' | 'traits'>,
): Looked => ({
  target,
  standing,
  orphans: strays.map(({ orphan, listed: { seat, account, handle, traits = of.traits } }) => ({
    orphan,
    access: { ...of, seat, account, handle, traits },
  })),
})

const list = (input: CliInput, { json }: HostWords, looked: readonly Looked[]): number => {
  let found = 0
  for (const { target, orphans, standing } of looked) {
    for (const { orphan } of orphans) say(input, { is: 'orphan', target, ...orphan }, json)
    for (const one of standing) say(input, { is: 'standing', target, ...one }, json)
    found += orphans.length + standing.length
  }
  if (found === 0 && !json) input.out.write('Nothing: a grant stands behind everything that was found.\n')
  return found === 0 ? DONE : FAILED
}

const takeAway = async (
  input: CliInput,
  host: Host,
  { json, revoke }: HostWords,
  looked: readonly Looked[],
): Promise<number> => {
  const all = looked.flatMap(({ target, orphans }) => orphans.map((one) => ({ target, ...one })))
  const wanted = revoke === undefined ? all : all.filter(({ orphan }) => orphan.seat === revoke)
  if (revoke !== undefined && wanted.length === 0) return sayRefusal(input, NO_ORPHAN, json)
  let failed = 0
  for (const { target, orphan, access } of wanted) {
    const done = orphan.taking ? undefined : await host.disown(orphan, access)
    if (done?.did === 'refuse') {
      sayRefusal(input, done.refusal, json)
      failed += 1
    } else say(input, { is: 'orphan', target, ...orphan, taking: true }, json)
  }
  if (!json)
    input.out.write(`${wanted.length - failed} orphans: a running bot takes them away within seconds.\n`)
  return failed === 0 ? DONE : FAILED
}

type Said = Orphan & { readonly is: 'orphan' | 'standing'; readonly target: string }

/** One line, or one JSON object, for each. */
const say = ({ out }: CliInput, said: Said, json: boolean): void => {
  const { is, target, account, seat, note, once, taking } = said
  const words = [
    ...[is, target, account, seat, note ?? ''],
    once === undefined ? '' : `came back after ${once}`,
    taking ? 'is being taken away' : '',
  ]
  out.write(json ? `${JSON.stringify(said)}\n` : `${tame(words.filter(Boolean).join('  '))}\n`)
}
