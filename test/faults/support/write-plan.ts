import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plan } from './plan.ts'

let plans = 0

/** In one step: the bot that reads it may be another one than the one it is for. */
export const writePlan = async (folder: string, plan: Plan): Promise<void> => {
  plans += 1
  const file = join(folder, `plan-${plans}.json`)
  await writeFile(file, JSON.stringify(plan))
  await rename(file, join(folder, 'plan.json'))
}
