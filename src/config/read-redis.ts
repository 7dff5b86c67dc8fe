/**
 * `REDIS_URL` and its files to an address: one server, sentinels, or a cluster, with or without TLS. What is wrong is
 * said in words that hold nothing of the URL.
 */
import { readFileSync, statSync } from 'node:fs'
import type { HostPort, RedisAddress, RedisTls } from '../ports.ts'
import type { Env, Vault } from './replace-variables.ts'

/** Says what is wrong, and what mends it. */
type Complain = (message: string, hint: string) => void

/** A URL of several hosts is none for the platform's own parser. */
const URL_PARTS = /^(rediss?)(?:\+(sentinel|cluster))?:\/\/(?:([^@/?#]*)@)?([^@/?#]*)(?:\/([^?#]*))?$/
const HOST = /^(\[[0-9a-fA-F:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/
const PORT_MAX = 65_535
const REDIS_PORT = 6_379
const SENTINEL_PORT = 26_379
const FILE_MAX_BYTES = 256_000

const WRONG = {
  form: 'Write it like redis://host:6379, rediss://user:password@host:6379, unix:///path, redis+sentinel://host1,host2/name or redis+cluster://host1,host2. In a password write @ as %40, / as %2F.',
  hosts: 'Several hosts need redis+sentinel:// or redis+cluster://.',
  name: 'After the sentinels comes the name of the master: redis+sentinel://host1,host2/name.',
  database: 'A cluster has no numbered databases: leave out what comes after the hosts.',
}

interface Parts {
  readonly isEncrypted: boolean
  readonly mode: 'server' | 'sentinel' | 'cluster'
  readonly identity: Identity
  readonly hosts: readonly [HostPort, ...HostPort[]]
  readonly path: string
}

interface Identity {
  readonly username?: string
  readonly password?: string
}

/** The address; undefined: it was complained of. */
export const readRedisAddress = (
  url: string,
  env: Env,
  vault: Vault,
  complain: Complain,
): RedisAddress | undefined => {
  if (url.startsWith('unix:///')) return { path: url.slice('unix://'.length) }
  const parts = splitUrl(url)
  const where = parts === undefined ? WRONG.form : placeOf(parts, env)
  if (parts === undefined || typeof where === 'string') {
    complain('REDIS_URL is no address of Redis.', String(where))
    return undefined
  }
  const { identity, isEncrypted } = parts
  // The log hides the URL as a whole, and the driver may say only this part.
  if (identity.password !== undefined) vault.secrets.set(identity.password, 'the password of REDIS_URL')
  const tls = readTls(env, vault, complain)
  if (tls !== undefined && !isEncrypted)
    complain('Redis has certificates, but REDIS_URL is not encrypted.', 'Let it begin with rediss.')
  return { ...where, ...identity, ...(isEncrypted && { tls: tls ?? {} }) }
}

const splitUrl = (url: string): Parts | undefined => {
  const [, scheme, mode = 'server', who = '', list = '', path = ''] = URL_PARTS.exec(url) ?? []
  const identity = readIdentity(who)
  const [first, ...more] = list
    .split(',')
    .map((text) => readHost(text, mode === 'sentinel' ? SENTINEL_PORT : REDIS_PORT))
  const others = more.filter((host) => host !== undefined)
  if (scheme === undefined || identity === undefined) return undefined
  if (first === undefined || others.length < more.length) return undefined
  const isEncrypted = scheme === 'rediss'
  return { isEncrypted, mode: mode as Parts['mode'], identity, hosts: [first, ...others], path }
}

/** Or what is wrong with it. */
const placeOf = ({ mode, hosts, path }: Parts, env: Env): RedisAddress | string => {
  if (mode === 'cluster') return path === '' || path === '0' ? { cluster: hosts } : WRONG.database
  const [name = '', number = ''] = mode === 'sentinel' ? path.split(/\/(.*)/) : ['', path]
  const database = readDatabase(number)
  if (database === undefined) return WRONG.form
  if (mode === 'server') return hosts.length > 1 ? WRONG.hosts : { ...hosts[0], ...database }
  return name === '' ? WRONG.name : { sentinels: hosts, name, ...database, ...readSentinelIdentity(env) }
}

const readHost = (text: string, otherwise: number): HostPort | undefined => {
  const [, host, port = String(otherwise)] = HOST.exec(text) ?? []
  if (host === undefined || Number(port) > PORT_MAX) return undefined
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
}

const readIdentity = (text: string): Identity | undefined => {
  const [username = '', ...rest] = text.split(':')
  try {
    return {
      ...(username !== '' && { username: decodeURIComponent(username) }),
      ...(rest.length > 0 && { password: decodeURIComponent(rest.join(':')) }),
    }
  } catch {
    return undefined
  }
}

const readDatabase = (text: string): { db?: number } | undefined => {
  if (text === '') return {}
  return /^\d{1,4}$/.test(text) ? { db: Number(text) } : undefined
}

const readSentinelIdentity = ({
  REDIS_SENTINEL_USERNAME: username,
  REDIS_SENTINEL_PASSWORD: password,
}: Env) => ({
  ...(username && { sentinelUsername: username }),
  ...(password && { sentinelPassword: password }),
})

/** The files themselves: they are read once, at the start. */
const readTls = (env: Env, vault: Vault, complain: Complain): RedisTls | undefined => {
  const read = (name: string): string | undefined => {
    const file = env[name]
    if (!file) return undefined
    const text = readSmallFile(file)
    if (text === undefined && vault.mode === 'required')
      complain(`The file of ${name} cannot be read.`, 'Put one there that Curfew may read.')
    return text
  }
  const [ca, cert, key] = [read('REDIS_CA_FILE'), read('REDIS_CERT_FILE'), read('REDIS_KEY_FILE')]
  if (!env.REDIS_CERT_FILE !== !env.REDIS_KEY_FILE)
    complain('A certificate and its key belong together.', 'Set REDIS_CERT_FILE and REDIS_KEY_FILE.')
  if (ca === undefined && cert === undefined && key === undefined) return undefined
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
}

const readSmallFile = (file: string): string | undefined => {
  try {
    return statSync(file).size > FILE_MAX_BYTES ? undefined : readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
