/** What the environment says: addresses, the key, and which chats and directories are set up. */
import type { FromEnv } from '../ports.ts'
import type { EnvironmentConfig, Plug } from './config.ts'
import { hintFrom } from './explain-issue.ts'
import type { Kinds } from './kinds.ts'
import type { Env, Vault } from './replace-variables.ts'
import { placeholder, type Reporter } from './reporter.ts'

const KEY_MIN = 32
const PORT_MAX = 65_535
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']
/** Variables of these names are hidden wherever their values show up. */
const SECRET_NAME = /key|token|secret|password|credential|redis_url|otlp(_traces)?_headers/i

interface Reading {
  readonly env: Env
  readonly vault: Vault
  readonly reporter: Reporter
}

const complain = (message: string, hint: string, { reporter }: Reading): void =>
  reporter.add({ file: 'environment', message, hint })

/** Empty counts as not set. */
const read = (name: string, env: Env): string | undefined => (env[name] === '' ? undefined : env[name])

const need = (name: string, why: string, reading: Reading): string => {
  const value = read(name, reading.env)
  if (value !== undefined) return value
  if (reading.vault.mode === 'required') complain(`${name} is not set.`, why, reading)
  return placeholder()
}

const readKey = (reading: Reading): string => {
  const key = need('CURFEW_KEY', `Set it to ${KEY_MIN} or more random characters and keep it.`, reading)
  if (read('CURFEW_KEY', reading.env) !== undefined && key.length < KEY_MIN)
    complain(
      `CURFEW_KEY is shorter than ${KEY_MIN} characters.`,
      'Make it with `openssl rand -hex 32`.',
      reading,
    )
  return key
}

const readRedisUrl = (reading: Reading): string => {
  const url = need('REDIS_URL', 'Set it like redis://host:6379.', reading)
  if (read('REDIS_URL', reading.env) === undefined) return url
  if (!URL.canParse(url) || !['redis:', 'rediss:', 'unix:'].includes(new URL(url).protocol))
    complain('REDIS_URL is no address of Redis.', 'Write it like redis://host:6379 or rediss://….', reading)
  return url
}

const readPort = (reading: Reading): number => {
  const text = read('PORT', reading.env) ?? '3000'
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= PORT_MAX)) complain('PORT is no port.', `Set a number from 0 to ${PORT_MAX}.`, reading)
  return port
}

const readLevel = (reading: Reading): string => {
  const level = read('LOG_LEVEL', reading.env)?.toLowerCase() ?? 'info'
  if (!LEVELS.includes(level)) complain('LOG_LEVEL is no level.', hintFrom(level, LEVELS), reading)
  return level
}

const PROTOCOLS = ['http/protobuf', 'http/json'] as const

/** By the names that OpenTelemetry gives them. */
const readTraces = (reading: Reading): Pick<EnvironmentConfig, 'traces'> => {
  const get = (name: string): string | undefined => read(`OTEL_${name}`, reading.env)
  const endpoint = get('EXPORTER_OTLP_TRACES_ENDPOINT') ?? get('EXPORTER_OTLP_ENDPOINT')
  if (endpoint === undefined || get('TRACES_EXPORTER') === 'none') return {}
  if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol))
    complain('OTEL_EXPORTER_OTLP_ENDPOINT is no address.', 'Write it like http://collector:4318.', reading)
  const wanted = get('EXPORTER_OTLP_TRACES_PROTOCOL') ?? get('EXPORTER_OTLP_PROTOCOL') ?? PROTOCOLS[0]
  const traces = PROTOCOLS.find((protocol) => protocol === wanted)
  if (traces !== undefined) return { traces }
  const hint = `Set ${PROTOCOLS.join(' or ')}, with the collector's port for HTTP.`
  complain(`OTEL_EXPORTER_OTLP_PROTOCOL is ${wanted}, which Curfew does not speak.`, hint, reading)
  return {}
}

interface Kind {
  readonly kind: string
  fromEnv(env: Env): FromEnv<unknown>
}

const readPlug = (one: Kind, reading: Reading): readonly Plug[] => {
  const { kind } = one
  const found = one.fromEnv(reading.env)
  if (found === undefined) return []
  if ('settings' in found) return [{ kind, settings: found.settings }]
  if (reading.vault.mode === 'required')
    for (const name of found.missing)
      complain(`${name} is missing or wrong.`, `Set it: ${kind} does not work without.`, reading)
  return []
}

const keepSecrets = ({ env, vault }: Reading): void => {
  for (const [name, value] of Object.entries(env))
    if (value && SECRET_NAME.test(name) && !vault.secrets.has(value)) vault.secrets.set(value, `\${${name}}`)
}

/** Kinds that are set up, also where something is missing that was reported. */
export const runningKinds = (kinds: Kinds, env: Env): readonly string[] =>
  [...kinds.chats, ...kinds.directories]
    .filter((kind) => kind.fromEnv(env) !== undefined)
    .map(({ kind }) => kind)

export const readEnvironment = (kinds: Kinds, reading: Reading): EnvironmentConfig => {
  keepSecrets(reading)
  if (
    reading.vault.mode === 'required' &&
    kinds.chats.every((chat) => chat.fromEnv(reading.env) === undefined)
  )
    complain(
      'No chat is set up.',
      `Set the variables of one of: ${kinds.chats.map(({ kind }) => kind).join(', ')}.`,
      reading,
    )
  return {
    redisUrl: readRedisUrl(reading),
    port: readPort(reading),
    host: read('HOST', reading.env) ?? '0.0.0.0',
    logLevel: readLevel(reading),
    key: readKey(reading),
    ...readTraces(reading),
    chats: kinds.chats.flatMap((kind) => readPlug(kind, reading)),
    directories: kinds.directories.flatMap((kind) => readPlug(kind, reading)),
  }
}
