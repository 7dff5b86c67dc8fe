/** The files one deploys with say what the code does: they parse, their commands exist, their limits leave it its time. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { EXIT_WITHIN_MS } from '../../src/cli/start.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { answerJson, openHttp } from '../../src/infra/http.ts'
import { parseRedisInfo } from '../../src/infra/redis-info.ts'
import { checkRedis } from '../../src/journal/check-redis.ts'
import { registry } from '../../src/registry.ts'
import { startRedis } from '../fixtures/redis.ts'
import { readProduct } from './product.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')
const { version } = JSON.parse(read('package.json')) as { version: string }
const product = [...readProduct().values()].join('\n')

/** Variables that stand in no line of the product. */
const unknown = (names: readonly string[]): readonly string[] =>
  names.filter((name) => !new RegExp(`\\b${name}\\b`).test(product))

interface Service {
  readonly image: string
  readonly command: readonly string[]
  readonly environment: object
  readonly stop_grace_period: string
}
interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string }
}
interface Container {
  readonly image: string
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly startupProbe: Probe
  readonly livenessProbe: Probe
  readonly readinessProbe: Probe
}

test('the image: what it copies is there and not ignored, it runs as nobody in particular, and its check tells', async () => {
  const docker = read('Dockerfile')
  const sent = read('.dockerignore')
    .split('\n')
    .flatMap((line) => (line.startsWith('!') ? line.slice(1) : []))
  const copied = [...docker.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, files = '']) =>
    files.split(' '),
  )
  expect(copied.filter((file) => !existsSync(path.join(root, file)) || !sent.includes(file))).toEqual([])
  expect(docker).toMatch(/^USER node$/m)
  expect(docker).toContain('rm -rf dist/sandbox')

  const http = openHttp()
  let status = 200
  http.route('/healthz', (_, response) => answerJson(response, status, {}))
  const PORT = String(await http.listen(0, '127.0.0.1'))
  const [, ...args] = JSON.parse(/^HEALTHCHECK .*\\\n +CMD (\[.*\])$/m.exec(docker)?.[1] ?? '[]') as string[]
  const check = async (port: string): Promise<unknown> => {
    const child = spawn(process.execPath, args, { env: { PORT: port }, stdio: 'ignore' })
    return (await once(child, 'exit'))[0]
  }
  const fine = await check(PORT)
  status = 503
  expect([fine, await check(PORT), await check('1')]).toEqual([0, 1, 1])
  await http.close()
})

test('compose: its Redis is safe as it is started, and the bot has time to end', async () => {
  const { services, volumes } = parse(read('compose.yaml')) as {
    services: { curfew: Service; redis: Service }
    volumes: object
  }
  const bot = services.curfew
  const [, ...command] = services.redis.command
  const directives = Object.fromEntries(
    command.flatMap((word, i) => (word.startsWith('--') ? [[word.slice(2), command[i + 1] ?? '']] : [])),
  )
  const redis = await startRedis(directives)
  expect(checkRedis(parseRedisInfo(await redis.client.info()))).toEqual([])
  expect(await redis.client.config('GET', 'maxmemory')).toEqual(['maxmemory', String(256 * 1024 ** 2)])
  await redis.stop()

  expect(Object.keys(volumes)).toEqual(['redis'])
  expect(bot.image).toBe(`curfew:${version}`)
  expect(Number.parseInt(bot.stop_grace_period, 10) * 1_000).toBeGreaterThan(EXIT_WITHIN_MS)
  expect(unknown(Object.keys(bot.environment))).toEqual([])
  for (const service of Object.values(services))
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    })
})

test('Kubernetes: the files are all there, and say what the bot does', () => {
  const folder = 'deploy/kubernetes'
  const kustomization = parse(read(`${folder}/kustomization.yaml`))
  const apart = ['kustomization.yaml', 'curfew.yaml', 'secret.example.yaml']
  const resources = readdirSync(path.join(root, folder)).filter((file) => !apart.includes(file))
  expect([...kustomization.resources].sort()).toEqual(resources.sort())
  expect(kustomization.images[0].newTag).toBe(version)
  for (const file of resources)
    expect(parse(read(`${folder}/${file}`))).toMatchObject({ metadata: { name: 'curfew' } })

  const { spec } = parse(read(`${folder}/deployment.yaml`)).spec.template
  const [container] = spec.containers as [Container]
  expect(spec.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(EXIT_WITHIN_MS)
  const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe]
  for (const { httpGet } of probes) {
    expect(product).toContain(`route('${httpGet.path}'`)
    expect(container.ports.map(({ name }) => name)).toContain(httpGet.port)
  }
  const secret = parse(read(`${folder}/secret.example.yaml`)).stringData as Record<string, string>
  const config = readConfig({ text: read(`${folder}/curfew.yaml`), env: secret, kinds: registry })
  if (!config.ok) throw new Error(JSON.stringify(config.problems))
  expect(container.ports[0]?.containerPort).toBe(config.config.port)
  expect(config.config.redis).toMatchObject({ name: 'curfew', username: 'curfew' })
  const inConfig = [...read(`${folder}/curfew.yaml`).matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name)
  expect(unknown(Object.keys(secret).filter((name) => !inConfig.includes(name)))).toEqual([])
})

test('systemd: the unit starts what exists, again and again, and gives it time to end', () => {
  const unit = read('deploy/systemd/curfew.service')
  const settings = new Map(
    [...unit.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  )
  const [, main, command] = settings.get('ExecStart')?.split(' ') ?? []
  expect(main?.endsWith('/dist/main.js')).toBe(true)
  expect(existsSync(path.join(root, `src/cli/${command}.ts`))).toBe(true)
  expect(Number(settings.get('TimeoutStopSec')) * 1_000).toBeGreaterThan(EXIT_WITHIN_MS)
  const named = (settings.get('Environment') ?? '').split(' ').map((pair) => pair.split('=')[0] ?? '')
  expect(unknown(named)).toEqual([])
  expect(Object.fromEntries(settings)).toMatchObject({
    Restart: 'always',
    DynamicUser: 'yes',
    ProtectSystem: 'strict',
    KillSignal: 'SIGTERM',
  })
})
