/** PostgreSQL is away at every step of a grant, or another server answers in its place: what people read, and what holds. */
import { rename, symlink, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { makeOrdersDatabase } from '../../src/sandbox/postgres-orders.ts'
import { startPostgres } from '../../src/sandbox/postgres-server.ts'
import { type Bench, READONLY, startBench, WRITER } from '../fixtures/run-bot.ts'
import { startSocketProxy } from '../fixtures/socket-proxy.ts'

const config = (yaml: string): string =>
  yaml.replace('memberOf: orders_writer }', 'memberOf: orders_writer, provisionWithin: 10s }')

let bench: Bench
beforeAll(async () => {
  bench = await startBench({ config })
})
afterAll(() => bench?.stop())
afterEach(() => bench.postgres.restart())

const ASK = `${READONLY} 10s because of INC-42`

const eventsOf = async (id: string) => (await bench.events()).filter(({ record }) => record === `r:${id}`)
const typesOf = async (id: string) => (await eventsOf(id)).map(({ type }) => type)
const endOf = async (id: string): Promise<number> =>
  Number((await eventsOf(id)).find(({ type }) => type === 'confirmed')?.endsAt)
const untilTime = (at: number) =>
  expect.poll(() => Date.now(), { timeout: 30_000, interval: 50 }).toBeGreaterThan(at)

describe('PostgreSQL is down', () => {
  it('when somebody asks: nothing is requested', { timeout: 30_000 }, async () => {
    const who = await bench.newPerson()
    await bench.postgres.kill()
    const happened = await bench.fromNow()
    const said = await bench.type(who, `request ${ASK}`)
    expect(said).toMatch(
      /^Not done: orders-db does not answer properly: .+\. Nothing was requested\. Try again in a minute\.$/,
    )
    expect(await happened()).toMatchObject([{ type: 'refused', refused: 'unavailable' }])
    await bench.postgres.restart()
    expect(await bench.type(who, `request ${ASK}`)).toMatch(/^Requested: /)
  })

  it('when it is to be given: given once it is back, for the whole time', { timeout: 60_000 }, async () => {
    const who = await bench.newPerson()
    const id = await bench.ask(who, ASK)
    await bench.postgres.kill()
    expect(await bench.press('bob', 'Approve', id)).toBe(`Approved: ${id}: the access is being given.`)
    await expect.poll(() => typesOf(id), { timeout: 20_000 }).toContain('unclear')
    await bench.postgres.restart()
    const backAt = Date.now()
    await bench.untilLine(id, 'Access is given', 30_000)
    const confirmed = (await eventsOf(id)).find(({ type }) => type === 'confirmed')
    expect(Number(confirmed?.at) - backAt).toBeLessThan(10_000)
    expect(Number(confirmed?.endsAt) - Number(confirmed?.at)).toBeGreaterThanOrEqual(10_000)
    expect(await bench.orders.canRead(who)).toBe(true)
    await bench.untilLine(id, 'Ended', 30_000)
  })

  it('for as long as giving may take: void, and everybody is told', { timeout: 60_000 }, async () => {
    const who = await bench.newPerson()
    const id = await bench.ask(who, `${WRITER} 1h because of INC-42`)
    await bench.press('bob', 'Approve', id)
    await bench.postgres.kill()
    await bench.press('cy', 'Approve', id)
    await bench.untilLine(id, 'Void', 30_000)
    expect(bench.lines(id).at(-1)).toMatch(/^Void, nothing was given: /)
    await expect
      .poll(() => bench.shown(bench.card(id, `@${who}`)), { timeout: 5_000 })
      .toContain('not provisioned in time: the server cannot be reached')
    await bench.postgres.restart()
    expect(await bench.orders.canRead(who)).toBe(false)
    expect(await typesOf(id)).not.toContain('cleared')
  })

  it(
    'when it is to be taken away: taken once it is back, and it says how late',
    { timeout: 90_000 },
    async () => {
      const who = await bench.newPerson()
      const id = await bench.give(who, ASK)
      const endsAt = await endOf(id)
      await untilTime(endsAt - 2_000)
      await bench.postgres.kill()
      await untilTime(endsAt + 3_000)
      expect(await typesOf(id)).not.toContain('ended')
      expect(bench.shown(bench.card(id, `@${who}`))).toContain('ending')
      await bench.postgres.restart()
      const backAt = Date.now()
      expect(await bench.orders.canRead(who)).toBe(true)
      await expect.poll(() => bench.orders.canRead(who), { timeout: 20_000, interval: 50 }).toBe(false)
      expect(Date.now() - backAt).toBeLessThan(10_000)
      await bench.untilLine(id, 'Ended')
      expect(bench.lines(id).at(-1)).toMatch(
        /^Ended \(\d+\.\d s after its end\): read back, the access is gone\./,
      )
      const ended = (await eventsOf(id)).filter(({ type }) => type === 'ended')
      expect(ended).toHaveLength(1)
      expect(ended[0]?.lateMs).toBeGreaterThan(3_000)
    },
  )
})

describe('a database that can be written to and not be read back', () => {
  it('nothing is said to have ended before it was seen to', { timeout: 60_000 }, async () => {
    const proxy = await startSocketProxy(join(bench.postgres.socketDir, `.s.PGSQL.${bench.postgres.port}`))
    const url = bench.orders.url.replace(
      encodeURIComponent(bench.postgres.socketDir),
      encodeURIComponent(proxy.folder),
    )
    await bench.restart({ ORDERS_DB_URL: url })
    try {
      const who = await bench.newPerson()
      const id = await bench.give(who, ASK)
      // The first call of the end is the revoke, each look after it is cut.
      proxy.admit((n) => n === 1)
      await expect.poll(() => bench.orders.canRead(who), { timeout: 20_000, interval: 50 }).toBe(false)
      const asked = proxy.asked()
      await expect.poll(() => proxy.asked(), { timeout: 20_000 }).toBeGreaterThan(asked + 2)
      expect(await typesOf(id)).toContain('ending')
      expect(await typesOf(id)).not.toContain('ended')
      expect(bench.lines(id).join()).not.toContain('Ended')
      proxy.admit(() => true)
      await bench.untilLine(id, 'read back, the access is gone', 30_000)
    } finally {
      await bench.restart()
      await proxy.stop()
    }
  })
})

describe('another server behind the same address', () => {
  it(
    'gets nothing and is asked for nothing; the end comes when the right one is back',
    { timeout: 120_000 },
    async () => {
      const who = await bench.newPerson()
      const id = await bench.give(who, `${READONLY} 20s because of INC-42`)
      const endsAt = await endOf(id)
      const folder = bench.postgres.socketDir
      const other = await startPostgres()
      try {
        const others = await makeOrdersDatabase(other, ['ana', who])
        await others.admin(`ALTER ROLE curfew_bot PASSWORD '${new URL(bench.orders.url).password}'`)
        await others.admin(`GRANT curfew_orders_reader TO ${who}`)
        await bench.postgres.kill()
        await rename(folder, `${folder}.away`)
        await symlink(other.socketDir, folder)
        await untilTime(endsAt + 2_000)
        await bench.restart()
        expect((await fetch(`${bench.bot().origin}/readyz`)).status).toBe(503)
        expect(await bench.type('ana', `request ${ASK}`)).toContain(
          'Target orders-db is another system than the one with live grants: point its url back, and they can be ended.',
        )
        await expect.poll(() => typesOf(id)).toContain('ending')
        // What somebody else gave there is still there, and nothing of ours was said to be gone.
        expect(await others.canRead(who)).toBe(true)
        expect(await typesOf(id)).not.toContain('ended')

        await unlink(folder)
        await rename(`${folder}.away`, folder)
        await bench.postgres.restart()
        await expect.poll(() => bench.orders.canRead(who), { timeout: 30_000, interval: 100 }).toBe(false)
        await bench.untilLine(id, 'Ended', 30_000)
      } finally {
        await other.stop()
      }
    },
  )
})
