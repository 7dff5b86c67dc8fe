import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findRedisServer } from '../../src/sandbox/find-redis.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'curfew-find-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const put = (...parts: string[]): string => {
  const file = join(root, ...parts)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, '')
  return file
}

test('one on the PATH comes first, and runs as it is', () => {
  const command = put('bin', 'valkey-server')
  put('.curfew', 'redis', 'root', 'usr', 'bin', 'redis-server')
  const env = { PATH: `:/nowhere:${join(root, 'bin')}` }
  expect(findRedisServer(env, root)).toEqual({ command, env })
})

test('an unpacked one is given its own libraries', () => {
  const command = put('.curfew', 'redis', 'root', 'usr', 'bin', 'redis-server')
  const library = put('.curfew', 'redis', 'root', 'usr', 'lib', 'x86_64-linux-gnu', 'liblzf.so.1')
  const lib = join(library, '..', '..')
  expect(findRedisServer({ PATH: '/nowhere', LD_LIBRARY_PATH: '/mine' }, root)).toEqual({
    command,
    env: { PATH: '/nowhere', LD_LIBRARY_PATH: `${lib}:${join(lib, 'x86_64-linux-gnu')}:/mine` },
  })
})

test('there may be none', () => {
  expect(findRedisServer({}, root)).toBeUndefined()
})
