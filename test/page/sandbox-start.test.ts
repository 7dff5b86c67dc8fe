/** How the sandbox begins and ends: what it keeps, what stands in its way, and whom it answers. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openSandbox, type Sandbox } from '../../src/sandbox/open-sandbox.ts'
import { canKeepData } from '../../src/sandbox/postgres-server.ts'

vi.setConfig({ testTimeout: 90_000 })

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const BOT = ['--import', 'tsx', at('../../src/sandbox/bot.ts')]

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'curfew-start-'))
  // Where root's PostgreSQL, which runs as somebody else, can get.
  await chmod(folder, 0o711)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const open = async (name: string, more: { port?: number; fresh?: boolean } = {}) => {
  const said: string[] = []
  const options = { folder: join(folder, name), fresh: false, port: 0, command: BOT, ...more }
  return { said, sandbox: await openSandbox({ ...options, say: (line) => void said.push(line) }) }
}

const act = (url: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${url}act`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      tab: 't',
      as: 'U0ANA00000',
      action: { do: 'say', channel: 'C0GENERAL0', text: 'hello' },
    }),
    ...init,
  })

const lastWords = ({ slack }: Sandbox): string | undefined => slack.messages('general').at(-1)?.text

test('it goes on where it stood: what was said, what is given, and how far its time was moved', async () => {
  const first = await open('kept')
  const { slack, orders } = first.sandbox
  await slack.slashCommand({
    user: 'ana',
    channel: 'general',
    text: 'request orders-db/readonly 2h because of INC-42',
  })
  await slack.waitFor(() => slack.messages('dbas').at(-1))
  await slack.pressButton({ user: 'bob', channel: 'dbas', label: 'Approve' })
  await slack.waitFor(() => slack.messages('dbas').at(-1)?.text.includes('active'), { timeoutMs: 20_000 })
  expect(await orders.canRead('ana')).toBe(true)
  await act(first.sandbox.url, {
    body: JSON.stringify({ tab: 't', as: 'U0ANA00000', action: { do: 'move clock', ms: 3_600_000 } }),
  })
  await first.sandbox.stop()

  const second = await open('kept')
  const again = second.sandbox
  try {
    expect(again.slack.messages('dbas').at(-1)?.text).toContain('active')
    expect(await again.orders.canRead('ana')).toBe(true)
    await act(again.url, {
      body: JSON.stringify({ tab: 't', as: 'U0ANA00000', action: { do: 'move clock', ms: 3_600_000 } }),
    })
    await again.slack.waitFor(() => again.slack.messages('dbas').at(-1)?.text.includes('ended'), {
      timeoutMs: 30_000,
    })
    expect(await again.orders.canRead('ana')).toBe(false)
    // One card: nothing was posted anew.
    expect(again.slack.messages('dbas')).toHaveLength(1)
  } finally {
    await again.stop()
  }
})

test('a taken port is said, and the next one used; nobody but this machine’s own page is answered', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as { port: number }
  const { sandbox, said } = await open('port', { port })
  try {
    expect(said).toEqual([`Port ${port} is taken.`])
    const { url } = sandbox
    expect(Number(new URL(url).port)).toBeGreaterThan(port)
    expect((await act(url)).status).toBe(200)
    expect(lastWords(sandbox)).toBe('hello')
    const refused = [
      await act(url, { headers: { 'content-type': 'text/plain' } }),
      await act(url, { headers: { 'content-type': 'application/json', origin: 'https://evil.test' } }),
      await act(url, { body: '{"tab":"t","as":"U0ANA00000","action":{"do":"format disk"}}' }),
      await act(url, { body: 'x'.repeat(100_000) }),
    ]
    expect(refused.map(({ status }) => status)).toEqual([400, 403, 400, 400])
    const page = await fetch(url)
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(await page.text()).not.toMatch(/https?:\/\/(?!www\.w3\.org)/)
  } finally {
    taken.close()
    await sandbox.stop()
  }
})

test('what another version kept is put aside; a folder that cannot be written is said', async () => {
  await mkdir(join(folder, 'old'))
  await writeFile(join(folder, 'old', 'format.json'), '{"format":0}')
  await writeFile(join(folder, 'old', 'slack.json'), 'what another version wrote')
  const { sandbox, said } = await open('old')
  await sandbox.stop()
  const aside = (await readdir(folder)).find((name) => name.startsWith('old-')) ?? ''
  expect(said[0]).toContain(aside)
  expect(await readFile(join(folder, aside, 'slack.json'), 'utf8')).toBe('what another version wrote')

  await writeFile(join(folder, 'a-file'), '')
  await expect(open('a-file/kept')).rejects.toThrow(/cannot write there.*Run it in a folder that is yours/)
})

test('where PostgreSQL can keep nothing, everything begins anew, and it is said', async () => {
  await mkdir(join(folder, 'closed'), { mode: 0o700 })
  if (process.getuid?.() !== 0) return expect(await canKeepData(join(folder, 'closed', 'kept'))).toBe(true)
  const first = await open('closed/kept')
  await act(first.sandbox.url)
  await first.sandbox.stop()
  const second = await open('closed/kept')
  await second.sandbox.stop()
  expect(second.said[0]).toContain('begins anew')
  expect(lastWords(second.sandbox)).toBeUndefined()
})

const childrenOf = async (pid: number): Promise<readonly number[]> => {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  const direct = text.split(' ').filter(Boolean).map(Number)
  return [...direct, ...(await Promise.all(direct.map(childrenOf))).flat()]
}

const isAlive = async (pid: number): Promise<boolean> =>
  readFile(`/proc/${pid}/stat`, 'utf8').then(
    (stat) => !/\) Z /.test(stat),
    () => false,
  )

test.runIf(process.platform === 'linux')('Ctrl-C leaves no process behind', async () => {
  const main = at('../../src/main.ts')
  const cwd = join(folder, 'here')
  await mkdir(cwd)
  const loader = import.meta.resolve('tsx')
  // A group of its own, as a terminal makes one.
  const child = spawn(process.execPath, ['--import', loader, main, 'sandbox', '--port', '0'], {
    cwd,
    detached: true,
  })
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += String(chunk)
  })
  await vi.waitFor(() => expect(said).toContain('http://localhost:'), { timeout: 60_000, interval: 100 })
  const pid = child.pid ?? 0
  const family = await childrenOf(pid)
  expect(family.length).toBeGreaterThan(2)
  const ended = once(child, 'exit')
  process.kill(-pid, 'SIGINT')
  expect((await ended)[0]).toBe(0)
  for (const one of family)
    await vi.waitFor(async () => expect(await isAlive(one)).toBe(false), { timeout: 10_000 })
})

test('bad words on the command line are said, and production refuses', async () => {
  const run = async (
    args: readonly string[],
    env: Record<string, string> = {},
  ): Promise<[number, string]> => {
    const child = spawn(process.execPath, ['--import', 'tsx', at('../../src/main.ts'), 'sandbox', ...args], {
      env: { PATH: process.env.PATH ?? '', ...env },
    })
    let err = ''
    child.stderr.on('data', (chunk) => {
      err += String(chunk)
    })
    const [code] = (await once(child, 'close')) as [number]
    return [code, err]
  }
  const answers = await Promise.all([
    run(['--port', 'many']),
    run(['--frehs']),
    run([], { NODE_ENV: 'production' }),
  ])
  expect(answers.map(([code]) => code)).toEqual([2, 2, 2])
  const [port, flag, production] = answers.map(([, said]) => said)
  expect(port).toContain('--port takes a number')
  expect(flag).toContain("'--frehs'")
  expect(production).toContain('not for production')
})
