/** The built bot, started as an operator starts it: how long until it says so, and what it holds in memory then. */
import { readFileSync } from 'node:fs'
import type { Bench } from '../fixtures/run-bot.ts'
import { describeFigures } from './figures.ts'

const STARTS = 10
const IDLE_MS = 3_000

/** Answers a line for the time and one for the memory; Linux only. */
export const startAndMemory = async (bench: Bench): Promise<string[]> => {
  const tookMs: number[] = []
  const megabytes: number[] = []
  for (let i = 0; i < STARTS; i++) {
    await bench.bot().end('SIGTERM')
    const beganMs = performance.now()
    const bot = await bench.startBot()
    tookMs.push(performance.now() - beganMs)
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS))
    megabytes.push(residentKb(bot.pid()) / 1024)
  }
  return [
    describeFigures('start to "started"', tookMs),
    describeFigures('resident memory, idle', megabytes, 'MB'),
  ]
}

const residentKb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
