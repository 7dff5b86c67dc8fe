/**
 * Reloads that meet what goes on: a grant that begins while one is under way, and another reload. Two targets, of which
 * each can be made to answer late who it is; one of them holds live access, so that it is asked.
 */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { App } from '../../src/app.ts'
import { Fault } from '../../src/domain/fault.ts'
import { FACTS_MS } from '../../src/domain/limits.ts'
import { systemClock } from '../../src/infra/clock.ts'
import type { Clock } from '../../src/ports.ts'
import { type InProcess, makeInProcess, withTargets } from '../fixtures/in-process.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { approveVault, askForVault, readVaultConfig, startVaultBot } from '../fixtures/vault-bot.ts'

const SOON = { timeout: 10_000, interval: 20 }
const SAFE = '  safe: { kind: memory, account: "{email.local}", roles: { readonly: {} } }\n'
const PATIENT_MS = 15_000

/** What a target takes to say who it is: a test on a busy machine takes longer to do something meanwhile. */
const clock: Clock = {
  ...systemClock,
  after: (ms, run) => systemClock.after(ms > FACTS_MS - 100 && ms <= FACTS_MS ? PATIENT_MS : ms, run),
}

let redis: TestRedis
let local: InProcess
let app: App
/** Connected and not closed, each by its name. */
let open: object[]
/** Runs before a target says who it is. */
let identify: (target: string) => Promise<void>
/** Runs before a target says which seat an account has. */
let resolve: () => Promise<void>

const targetsOpen = (): readonly string[] => open.map((one) => (one as { name: string }).name).sort()

/** A closed one does nothing any more. */
const listenIn = (local: InProcess): InProcess =>
  withTargets(local, (target, name) => {
    const self = { name }
    open.push(self)
    const mustBeOpen = (): void => {
      if (!open.includes(self)) throw new Fault('permanent', `${name} is closed`)
    }
    return {
      ...target,
      fingerprint: async (call) => {
        await identify(name)
        return target.fingerprint(call)
      },
      resolve: async (ask, call) => {
        await resolve()
        mustBeOpen()
        return target.resolve(ask, call)
      },
      revoke: async (access, call) => {
        mustBeOpen()
        return target.revoke(access, call)
      },
      close: async () => {
        open = open.filter((one) => one !== self)
      },
    }
  })

const base = (yaml: string): string => yaml.replace('policies:', `${SAFE}policies:`)
const read = (edit: (yaml: string) => string) =>
  readVaultConfig({ local, redisUrl: redis.url, edit: (yaml) => edit(base(yaml)) })
/** The same system by other settings, so that it is connected anew and asked who it is. */
const otherSafe = (yaml: string): string =>
  yaml.replace(SAFE, SAFE.replace('roles:', 'reveals: true, roles:'))
const otherVault = (yaml: string): string => yaml.replace(/( {2}vault: .*)roles:/, '$1reveals: true, roles:')
const withoutVault = (yaml: string): string => yaml.replace(/ {2}vault: .*\n/, '')

/** From now on calls wait at the gate; `reached`: one does. */
const makeGate = () => {
  let reach = (): void => undefined
  let release = (): void => undefined
  const reached = new Promise<void>((done) => {
    reach = done
  })
  const released = new Promise<void>((done) => {
    release = done
  })
  const pass = (): Promise<void> => {
    reach()
    return released
  }
  return { reached, release: () => release(), pass }
}
type Gate = ReturnType<typeof makeGate>

/** A reload that changes the safe and waits until it says who it is, for the `nth` time. */
const reloadUntil = async (edit: (yaml: string) => string, nth = 1) => {
  const gate = makeGate()
  gates.push(gate)
  let asked = 0
  identify = async (name) => {
    if (name !== 'safe') return
    asked += 1
    if (asked === nth) await gate.pass()
  }
  const done = app.reload(read((yaml) => otherSafe(edit(yaml))))
  await gate.reached
  return { gate, done }
}

let gates: Gate[]
beforeEach(async () => {
  open = []
  gates = []
  identify = async () => undefined
  resolve = async () => undefined
  redis = await startRedis()
  local = listenIn(makeInProcess())
  app = await startVaultBot({ local, redisUrl: redis.url, edit: base, overrides: { clock } })
  const text = 'request safe/readonly 1h because of INC-41'
  const card = await local.act('dan', { kind: 'words', text, mentions: [] })
  await approveVault(local, /R-[0-9A-Z]{6}/.exec(JSON.stringify(card))?.[0] ?? '')
  await expect.poll(() => local.held.size, SOON).toBe(1)
})
afterEach(async () => {
  for (const gate of gates) gate.release()
  await app?.stop()
  expect(targetsOpen()).toEqual([])
  await redis?.stop()
})

const LOST = [expect.stringContaining('Target vault has live grants but is not in the config')]

it('what is given during a reload that would lose its target refuses it, and ends', async () => {
  const id = await askForVault(local)
  const { gate, done } = await reloadUntil(withoutVault)
  await approveVault(local, id)
  await expect.poll(() => local.held.size, SOON).toBe(2)
  gate.release()
  expect(await done).toEqual(LOST)
  expect(targetsOpen()).toEqual(['safe', 'vault'])
  await local.act('ana', { kind: 'words', text: 'done', mentions: [] })
  await expect.poll(() => local.held.size, SOON).toBe(1)
})

it('so does what is only about to be given: it is given, and ends', async () => {
  const id = await askForVault(local)
  const { gate, done } = await reloadUntil(withoutVault)
  const clearing = makeGate()
  gates.push(clearing)
  resolve = clearing.pass
  await approveVault(local, id)
  await clearing.reached
  gate.release()
  expect(await done).toEqual(LOST)
  clearing.release()
  await expect.poll(() => local.held.size, SOON).toBe(2)
  await local.act('ana', { kind: 'words', text: 'done', mentions: [] })
  await expect.poll(() => local.held.size, SOON).toBe(1)
})

it('nothing begins on a target that leaves, once it is certain that nothing is lost', async () => {
  const id = await askForVault(local)
  const { gate, done } = await reloadUntil(withoutVault, 2)
  const press = { kind: 'press', verb: 'approve', value: id } as const
  expect(JSON.stringify(await local.act('olga', press))).toContain('A reload is changing target vault')
  gate.release()
  expect(await done).toEqual([])
  expect(targetsOpen()).toEqual(['safe'])
  expect(JSON.stringify(await local.act('olga', press))).toContain(
    'Target vault is not in the config any more',
  )
  expect(local.held.size).toBe(1)
})

it('two at once come one after the other: what the second one keeps is not closed by the first', async () => {
  const { gate, done } = await reloadUntil((yaml) => yaml)
  const second = app.reload(read(otherVault))
  // Whatever the second one reads is read before this is answered.
  await askForVault(local)
  gate.release()
  expect([await done, await second]).toEqual([[], []])
  expect(targetsOpen()).toEqual(['safe', 'vault'])
  await local.act('ana', { kind: 'words', text: 'withdraw', mentions: [] })
  await approveVault(local, await askForVault(local))
  await expect.poll(() => local.held.size, SOON).toBe(2)
})

it('while Redis is away it is refused, and what was connected for it is closed', async () => {
  await redis.kill()
  expect(await app.reload(read(otherSafe))).toEqual([
    expect.stringMatching(
      /^Which targets have live grants could not be read: .+ Reload again once Redis answers\.$/,
    ),
  ])
  expect(targetsOpen()).toEqual(['safe', 'vault'])
  await redis.start()
  await expect.poll(() => app.reload(read(otherSafe)), SOON).toEqual([])
})
