/**
 * `npm run test:sabotage [-- --quick | WORDS]`: breaks one promise at a time in a copy of the tree and demands that the
 * named test turns red, by an assertion, and that it is green without. Exits with 1 when something was not noticed.
 */
import { judgeSabotaged, judgeWhole, type Ran, type Verdict } from './judge.ts'
import { type Errand, runTests } from './run-tests.ts'
import { type Sabotage, showTest } from './sabotage.ts'
import { QUICK, SABOTAGES } from './sabotages.ts'
import { openScratch, type Scratch } from './scratch.ts'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** A file of the whole tree runs once, however many of its tests are named. */
const wholeErrands = (folder: string, sabotages: readonly Sabotage[]): readonly Errand[] => {
  const files = [...new Set(sabotages.map(({ noticedBy }) => noticedBy.file))]
  const titlesIn = (file: string) =>
    sabotages.filter(({ noticedBy }) => noticedBy.file === file).map(({ noticedBy }) => noticedBy.title)
  return files.map((file) => ({ folder, file, titles: [...new Set(titlesIn(file))] }))
}

/** A copy with the sabotage in it; a sentence when it cannot be put there any more. */
const plant = (scratch: Scratch, sabotage: Sabotage, name: string): Errand | string => {
  try {
    const { file, title } = sabotage.noticedBy
    return { folder: scratch.copy(name, sabotage), file, titles: [title] }
  } catch (thrown) {
    return `it cannot be planted: ${thrown instanceof Error ? thrown.message : String(thrown)}`
  }
}

/** What is wrong, by sabotage; undefined when it was noticed as it has to be. */
const tryAll = async (sabotages: readonly Sabotage[]): Promise<ReadonlyMap<Sabotage, Verdict>> => {
  const scratch = openScratch()
  try {
    const planted = new Map(sabotages.map((one, i) => [one, plant(scratch, one, String(i))]))
    const errands = [...planted.values()].filter((errand) => typeof errand !== 'string')
    const ran = new Map<Errand, Ran>()
    const whole = wholeErrands(scratch.copy('whole'), sabotages)
    await runTests(scratch.folder, [...whole, ...errands], (errand, result) => void ran.set(errand, result))
    const judge = (one: Sabotage): Verdict => {
      const errand = planted.get(one)
      if (errand === undefined || typeof errand === 'string') return errand
      const sound = whole.find(({ file }) => file === one.noticedBy.file)
      return (
        judgeWhole(sound && ran.get(sound), one.noticedBy) ?? judgeSabotaged(ran.get(errand), one.noticedBy)
      )
    }
    return new Map(sabotages.map((one) => [one, judge(one)]))
  } finally {
    scratch.remove()
  }
}

const sayRow = (one: Sabotage, verdict: Verdict, width: number): void => {
  const row = [
    verdict === undefined ? 'noticed' : 'NOT    ',
    String(one.breaks).padEnd(7),
    one.name.padEnd(width),
  ]
  say(`${row.join('  ')}  ${showTest(one.noticedBy)}`)
  if (verdict !== undefined) say(`${' '.repeat(9)}${verdict}`)
}

/** Answers whether all of them were noticed. */
const run = async (sabotages: readonly Sabotage[]): Promise<boolean> => {
  const startedMs = performance.now()
  const verdicts = await tryAll(sabotages)
  const width = Math.max(...sabotages.map(({ name }) => name.length))
  for (const [one, verdict] of verdicts) sayRow(one, verdict, width)
  const noticed = [...verdicts.values()].filter((verdict) => verdict === undefined).length
  const tookS = ((performance.now() - startedMs) / 1_000).toFixed(1)
  say(`${noticed} of ${verdicts.size} sabotages noticed in ${tookS} s`)
  return noticed === verdicts.size
}

const words = process.argv.slice(2).join(' ')
const chosen = words === '--quick' ? QUICK : SABOTAGES.filter(({ name }) => name.includes(words))
if (chosen.length === 0) say(`no sabotage has “${words}” in its name`)
const isGood = chosen.length > 0 && (await run(chosen))
// Vitest has set it to 1 for every test that turned red, as it was to.
process.exitCode = isGood ? 0 : 1
