/** What bots go through while one of them is made to die: the life of a request, or a start after an end was missed. */
import type { BotProcess } from '../../../src/sandbox/bot-process.ts'
import { until } from '../../fixtures/until.ts'
import { approve, askFor, type Lane, live, SHORT_S, untilTold, type Way } from './people.ts'
import type { Plan } from './plan.ts'
import type { Rig } from './rig.ts'

export interface Course {
  readonly name: string
  /** Makes ready what comes before. */
  prepare(rig: Rig, lane: Lane): Promise<Prepared>
}

export interface Prepared {
  /** One bot has this plan from here on; undefined when it has died of it already. */
  arm(plan: Plan): Promise<BotProcess | undefined>
  /** Until the end was told. */
  goOn(): Promise<unknown>
}

const onlyBot = (rig: Rig): BotProcess => {
  const [bot, ...others] = rig.bots()
  if (bot === undefined || others.length > 0) throw new Error('this needs one bot')
  return bot
}

export const armRunning =
  (rig: Rig) =>
  async (plan: Plan): Promise<BotProcess> => {
    const bot = onlyBot(rig)
    await rig.arm(bot, plan)
    return bot
  }

export const lifeOf = (way: Way): Course => ({
  name: way,
  prepare: async (rig, lane) => ({ arm: armRunning(rig), goOn: () => live(rig, lane, way) }),
})

/** Nobody was there when a grant was due. */
export const START: Course = {
  name: 'a start',
  prepare: async (rig, lane) => {
    const life = await askFor(rig, lane, SHORT_S)
    await approve(rig, lane, life)
    const givenMs = performance.now()
    await rig.kill(onlyBot(rig))
    await until('its end passed', 2_000 * SHORT_S, () => performance.now() > givenMs + 1_000 * SHORT_S)
    return { arm: (plan) => rig.startArmed(plan), goOn: () => untilTold(rig, life, /^Ended/) }
  },
}
