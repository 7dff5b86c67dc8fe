/**
 * Any one key of Redis is lost, or becomes something else, shortly before access is to end. What is only an index is made anew
 * or done without, and the end is in time; of a record it is said loudly, and the end comes as soon as it is put back.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { FREEZE_KEY, type Instant, type RequestId } from '../../src/domain/model.ts'
import * as names from '../../src/journal/keys.ts'
import type { RecordKey } from '../../src/ports.ts'
import { wordsOf } from '../fixtures/replicas.ts'
import { openSimulation, type Simulation } from './support/simulation.ts'
import { approve, ask, CONFIG, readEntries } from './support/world.ts'

const CASE = { timeout: 120_000 }
const MINUTE = 60_000
/** After a loss one sweep finds it, and the next claim ends what is due. */
const BOUND_MS = 6_000
const BEFORE_MS = 20_000

/** The victim's end cannot do without these: they say what was given, and what was decided. */
const isNeeded = (family: string): boolean =>
  family === names.JOURNAL || /^\{curfew\}:[rs]:.*<(id|who)>$/.test(family)
/** Not the journal, and no record: what it holds stands elsewhere, too. */
const isIndex = (name: string): boolean => name !== names.JOURNAL && !/^\{curfew\}:([a-z]|text):/.test(name)

/** Whoever loses a key has access that ends at a time of its own. */
interface Victim {
  readonly who: string
  readonly id: RequestId
  readonly endsAt: Instant
}

let world: Simulation
afterEach(() => world?.close())

/** Access in every state, and that of so many victims, to end one minute after another. */
const play = async (victims: number): Promise<readonly Victim[]> => {
  world = await openSimulation()
  await world.start(1, CONFIG)
  const over = await approve(world, 'dan', 'vault/readonly 1h')
  await world.untilQuiet()
  await world.act('dan', `done ${over}`)
  await ask(world, 'cy', 'vault/writer 10h')
  const given: Victim[] = []
  for (let i = 0; i < victims; i++) {
    const who = `vic${i}x`
    const minutes = 10 + i
    const id = await approve(world, who, `vault/readonly ${minutes}m`)
    given.push({ who, id, endsAt: world.now() + minutes * MINUTE })
  }
  await world.untilQuiet()
  return given
}

/** A name without what differs from one victim to the next. */
const familyOf = (name: string, { id, who }: Victim): string =>
  name
    .replace(id, '<id>')
    .replace(who, '<who>')
    .replace(/R-[0-9A-Z]{6}/, '<other>')
    .replace(/:g:.*/, ':g:<gesture>')

const CONSTANTS = Object.values(names).filter(
  (name) => typeof name === 'string' && name !== names.RECORDS_PATTERN,
) as readonly string[]

/** Every kind of name there is while access is given, and those that are not always there. */
const findFamilies = async (): Promise<readonly string[]> => {
  const [victim] = await play(1)
  if (victim === undefined) throw new Error('nobody has access')
  await world.pass(MINUTE)
  const found = (await world.redis.client.keys('{curfew}:*')).map((name) => familyOf(name, victim))
  await world.close()
  return [...new Set([...found, ...CONSTANTS, names.recordName(FREEZE_KEY)])].sort()
}

const nameFor = async (family: string, victim: Victim): Promise<string> =>
  (await world.redis.client.keys('{curfew}:*')).find((name) => familyOf(name, victim) === family) ?? family

/** The key of this victim is broken shortly before the end; answers whether they keep access beyond the bound. */
const keepsAccess = async ({ who, endsAt }: Victim, breakIt: () => Promise<unknown>): Promise<boolean> => {
  await world.pass(endsAt - BEFORE_MS - world.now())
  expect(holds(who)).toBe(true)
  await breakIt()
  await world.pass(BEFORE_MS, BEFORE_MS / 2)
  await world.pass(BOUND_MS, 1_000)
  return holds(who)
}
const holds = (who: string): boolean => [...world.held].some((seat) => seat.endsWith(`/${who}`))

const expectEndedOnce = async (victims: readonly Victim[]): Promise<void> => {
  const ended = (await readEntries(world)).filter(({ type }) => type === 'ended').map(({ record }) => record)
  for (const { id } of victims)
    expect(
      ended.filter((record) => record === `r:${id}`),
      id,
    ).toHaveLength(1)
  expect([...world.held]).toEqual([])
}

it('all names that the journal has are put to the proof', async () => {
  const key = 'r:<id>' as RecordKey
  const { recordName, numbersName, textsName, sealsName, dueName, setName, gestureName } = names
  const made = [
    ...[recordName, numbersName, textsName].map((name) => name(key)),
    sealsName(1),
    dueName('records'),
    setName('pending'),
    gestureName('<gesture>'),
  ]
  const makers = Object.keys(names).filter((name) => /^[a-z]+Name$/.test(name))
  expect(makers).toHaveLength(made.length)
  expect(await findFamilies()).toEqual(expect.arrayContaining([...made, ...CONSTANTS]))
})

describe('shortly before an end', () => {
  it('any one index is lost: the end is in time', CASE, async () => {
    const families = (await findFamilies()).filter(isIndex)
    const victims = await play(families.length)
    for (const [i, victim] of victims.entries()) {
      const family = families[i] ?? ''
      const lose = async (): Promise<unknown> => world.redis.client.del(await nameFor(family, victim))
      expect(await keepsAccess(victim, lose), family).toBe(false)
    }
    await expectEndedOnce(victims)
  })

  it(
    'the numbers of its entries are lost: the end is in time, and why its thread ends there is said, not asked for ever',
    CASE,
    async () => {
      const [victim] = await play(1)
      if (victim === undefined) throw new Error('nobody has access')
      const { client } = world.redis
      const lose = (): Promise<unknown> => client.del(names.numbersName(`r:${victim.id}`))
      expect(await keepsAccess(victim, lose)).toBe(false)
      expect(world.said).toContain('not delivered')
      expect(
        world.redrawn
          .filter(({ to }) => to === `local:${victim.who}`)
          .map(({ card }) => wordsOf(card))
          .at(-1),
      ).toContain('the access is gone')
      await client.config('RESETSTAT')
      await world.pass(10 * MINUTE)
      expect(
        Number(/cmdstat_lrange:calls=(\d+)/.exec(await client.info('commandstats'))?.[1] ?? 0),
      ).toBeLessThan(100)
    },
  )

  it('all of them are lost, and everything of BullMQ: the end is in time', CASE, async () => {
    const victims = await play(1)
    const lose = async (): Promise<unknown> =>
      world.redis.client.del((await world.redis.client.keys('{curfew}:*')).filter(isIndex))
    expect(await Promise.all(victims.map((victim) => keepsAccess(victim, lose)))).toEqual([false])
    expect([...world.held]).toEqual([])
  })

  it(
    'any one key is of another type: the end is in time, or it is loud and comes with the mend',
    CASE,
    async () => {
      const families = await findFamilies()
      const victims = await play(families.length)
      for (const [i, victim] of victims.entries()) {
        const family = families[i] ?? ''
        const name = await nameFor(family, victim)
        let mend = async (): Promise<unknown> => undefined
        const saidBefore = world.said.length
        const keeps = await keepsAccess(victim, async () => {
          mend = await changeType(name)
        })
        expect(keeps, family).toBe(isNeeded(family))
        // What is only an index has mended itself.
        if (!isIndex(name)) await mend()
        if (!keeps) continue
        expect(world.said.slice(saidBefore).join(), family).toMatch(LOUD)
        await world.pass(BOUND_MS, 1_000)
        expect(holds(victim.who), family).toBe(false)
      }
      await expectEndedOnce(victims)
    },
  )
})

const LOUD = /work failed|is gone, or is none|nothing could be claimed/

/** Answers how it is put back. */
const changeType = async (name: string): Promise<() => Promise<unknown>> => {
  const { client } = world.redis
  const [was, type] = [await client.dumpBuffer(name), await client.type(name)]
  await client.del(name)
  await (type === 'list' ? client.set(name, 'x') : client.rpush(name, 'x'))
  return async () => {
    await client.del(name)
    if (was !== null) await client.restore(name, 0, was)
  }
}
