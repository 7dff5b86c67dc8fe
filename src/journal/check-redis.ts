/**
 * Is this Redis safe to keep a journal in? Read from INFO alone, for CONFIG is blocked on managed services. Each
 * sentence ends with the line that mends it; `start` refuses, `doctor` prints.
 */
import { infoNumber, type RedisInfo } from '../infra/redis-info.ts'

const isBefore = (version: string, major: number, minor: number): boolean => {
  const [a = 0, b = 0] = version.split('.').map(Number)
  return a < major || (a === major && b < minor)
}

const checkVersion = (info: RedisInfo): string | undefined => {
  const version = info.get('redis_version') ?? '0'
  if (isBefore(version, 6, 2))
    return `This is Redis ${version}, and the alarms need 6.2, the scripts 7.0. Run Redis 7 or Valkey 8.`
  if (isBefore(version, 7, 0))
    return `This is Redis ${version}; ends that commit in a full Redis need script flags, which came with 7.0. Run Redis 7 or Valkey 8.`
  return undefined
}

const checkEviction = (info: RedisInfo): string | undefined => {
  const policy = info.get('maxmemory_policy') ?? 'unknown'
  if (policy === 'noeviction') return undefined
  const mend = 'Set: maxmemory-policy noeviction'
  return infoNumber(info, 'maxmemory') > 0
    ? `Redis may drop grants when memory is short (maxmemory-policy ${policy}). ${mend}`
    : `The eviction policy is ${policy}: harmless without maxmemory, until somebody sets one. ${mend}`
}

interface Backing {
  readonly durability?: 'platform' | undefined
  /** The journal is mirrored outside Redis. */
  readonly mirror?: object | undefined
}

const checkDurability = (info: RedisInfo, { durability, mirror }: Backing): string | undefined => {
  const isKept = infoNumber(info, 'aof_enabled') === 1 || infoNumber(info, 'connected_slaves') > 0
  if (isKept || durability === 'platform' || mirror !== undefined) return undefined
  return 'A crash of Redis would lose grants: no append-only file, no replica. Set: appendonly yes (or configure a mirror; or durability: platform where the service keeps every write)'
}

/** What is wrong, in sentences; empty when all is well. */
export const checkRedis = (info: RedisInfo, backing: Backing = {}): readonly string[] =>
  [
    checkVersion(info),
    info.get('loading') === '1'
      ? 'Redis is still loading its data. Wait for it, then start again.'
      : undefined,
    info.get('role') === 'slave'
      ? `This is a replica, which takes no writes. Set REDIS_URL to its primary, ${info.get('master_host')}:${info.get('master_port')}`
      : undefined,
    checkEviction(info),
    checkDurability(info, backing),
  ].filter((sentence) => sentence !== undefined)
