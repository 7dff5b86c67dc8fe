/** Private servers take real passwords, survive what they should, and are gone when their owner is. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeOrdersDatabase } from '../../src/sandbox/postgres-orders.ts'
import { type PostgresServer, startPostgres } from '../../src/sandbox/postgres-server.ts'
import { findVersions } from '../fixtures/postgres.ts'

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe.each(await findVersions())('a private server (%s)', (version) => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres({ version })
  })
  afterAll(() => server?.stop())

  it('is the version it says, and listens on no network', async () => {
    const [is] = await server.admin(
      `SELECT current_setting('server_version_num')::int / 10000 AS version, current_setting('listen_addresses') AS listens`,
    )
    expect(is).toEqual({ version: server.version, listens: '' })
    expect(server.source).toBe(version)
  })

  it('lets nobody in without their password', async () => {
    await server.admin(`CREATE ROLE ana LOGIN PASSWORD 'right'`)
    const client = await server.connectAs('ana', 'right', 'postgres')
    await client.end()
    for (const login of ['ana', 'postgres'])
      await expect(server.connectAs(login, 'wrong', 'postgres')).rejects.toMatchObject({ code: '28P01' })
  })

  it('comes back behind the same URL after a crash, with what was committed', async () => {
    await server.admin('CREATE TABLE kept (); CREATE ROLE bob')
    const client = await server.connectAs('ana', 'right', 'postgres')
    await server.kill()
    await expect(client.query('SELECT 1')).rejects.toThrow()
    await expect(server.admin('SELECT 1')).rejects.toThrow()
    await server.restart()
    expect(await server.admin(`SELECT rolname FROM pg_roles WHERE rolname = 'bob'`)).toHaveLength(1)
  })

  it('leaves nothing when it is stopped, also twice', async () => {
    const other = await startPostgres({ version })
    const pid = other.pid()
    await other.stop()
    await other.stop()
    expect(isAlive(pid)).toBe(false)
    expect(existsSync(dirname(other.socketDir))).toBe(false)
  })

  it('keeps its data in a folder it can reach, with new passwords each time', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'curfew-kept-'))
    await chmod(dir, 0o755)
    try {
      const first = await startPostgres({ version, dir })
      const [before] = await first.admin('SELECT system_identifier AS id FROM pg_control_system()')
      const orders = await makeOrdersDatabase(first)
      await orders.admin('GRANT orders_reader TO ana')
      await first.stop()
      const second = await startPostgres({ version, dir })
      try {
        expect(await second.admin('SELECT system_identifier AS id FROM pg_control_system()')).toEqual([
          before,
        ])
        const again = await makeOrdersDatabase(second)
        expect([await again.canRead('ana'), await again.canRead('bob')]).toEqual([true, false])
        expect(new URL(again.url).password).not.toBe(new URL(orders.url).password)
      } finally {
        await second.stop()
      }
    } finally {
      await rm(dir, { recursive: true })
    }
  })

  it('starts also where its user cannot reach the folder to keep', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'curfew-closed-'))
    const other = await startPostgres({ version, dir })
    expect(await other.admin('SELECT')).toHaveLength(1)
    await other.stop()
    await rm(dir, { recursive: true })
  })

  it('is gone when the process that started it was killed', async () => {
    const owner = spawnOwner(version)
    try {
      const [line] = (await once(owner.stdout ?? owner, 'data')) as [Buffer]
      const { pid, folder } = JSON.parse(String(line)) as { pid: number; folder: string }
      expect(isAlive(pid)).toBe(true)
      owner.kill('SIGKILL')
      await expect.poll(() => existsSync(folder), { timeout: 15_000 }).toBe(false)
      expect(isAlive(pid)).toBe(false)
    } finally {
      owner.kill('SIGKILL')
    }
  })
})

const spawnOwner = (version: string): ChildProcess => {
  const module = fileURLToPath(new URL('../../src/sandbox/postgres-server.ts', import.meta.url))
  const code = `import(${JSON.stringify(module)}).then(async ({ startPostgres }) => {
    const server = await startPostgres({ version: ${JSON.stringify(version)} })
    console.log(JSON.stringify({ pid: server.pid(), folder: server.socketDir }))
  })`
  return spawn(process.execPath, ['--import', 'tsx', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
}
