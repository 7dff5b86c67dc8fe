import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plan } from './plan.ts'

let plans = 0

/** In one step: the bot that reads it may be another one than the one it is for. Answers the file. */
export const writePlan = async (folder: string, plan: Plan, name: 'plan' | 'first-plan'): Promise<string> => {
  plans += 1
  const file = join(folder, `plan-${plans}.json`)
  await writeFile(file, JSON.stringify(plan))
  const there = join(folder, `${name}.json`)
  await rename(file, there)
  return there
}
