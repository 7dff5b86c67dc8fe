import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Ack, judge, type Verdict } from './invariants.ts'
import type { Rig } from './rig.ts'

/** What is behind in chat, one message a second in each channel, may take its time. */
const CATCHES_UP_MS = 180_000

/** Once all lives are over: looks until nothing is missing any more, or too long; what was wrong once stays wrong. */
export const untilSound = async (
  rig: Rig,
  acks: readonly Ack[],
  { withinMs = CATCHES_UP_MS }: { withinMs?: number } = {},
): Promise<Verdict> => {
  const deadlineMs = performance.now() + withinMs
  for (;;) {
    const observed = await rig.checker.observe()
    const { disturbances, standing } = rig
    const verdict = judge({ acks, observed, disturbances, over: true, standing })
    if (verdict.violations.length === 0) return verdict
    if (performance.now() > deadlineMs) {
      await keepEvidence(rig, { verdict, observed })
      return verdict
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
}

/** Everything there is to find out what happened, beside the temporary files of this machine. */
const keepEvidence = async ({ disturbances, all }: Rig, found: object): Promise<void> => {
  const file = join(tmpdir(), `curfew-faults-${process.pid}-${Date.now()}.json`)
  const logs = all.map((bot) => ({ pid: bot.pid(), log: bot.log, errors: bot.errors() }))
  await writeFile(file, JSON.stringify({ ...found, disturbances, logs }))
  process.stderr.write(`what was seen is in ${file}\n`)
}
