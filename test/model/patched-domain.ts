/**
 * The pure floor under the model's limits, whole or with one guard taken out: a copy of its source, patched and
 * imported like the original.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Patch, patchSource } from '../fixtures/patch-source.ts'
import type { Domain } from './system.ts'

const ROOT = join(import.meta.dirname, '../..')

export interface Copy {
  readonly domain: Domain
  remove(): void
}

export const MODEL_LEASE_MS = 1_000

/**
 * Few instants make few states. What a rule compares keeps its order (a lease is shorter than a fence, a fence than
 * the time to give up), the rest is as short as can be, and the backoff is flat. What depends on the true lengths
 * alone is not walked here.
 */
const MODEL_LIMITS: Readonly<Record<string, number>> = {
  LEASE_MS: MODEL_LEASE_MS,
  ATTEMPT_MS: 2_000,
  BACKOFF_FIRST_MS: 1_000,
  BACKOFF_CAP_MS: 1_000,
}

/** Imports a patched copy; throws when a text to replace is not there (the patch went stale). */
export const patchedDomain = async (patches: readonly Patch[] = []): Promise<Copy> => {
  const cache = join(ROOT, '.curfew')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'patched-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    cpSync(join(ROOT, 'src/domain'), folder, { recursive: true })
    rewrite(join(folder, 'limits.ts'), withLimits)
    for (const patch of patches) rewrite(join(folder, patch.file), (source) => patchSource(source, patch))
    return { domain: await load(folder), remove }
  } catch (thrown) {
    remove()
    throw thrown
  }
}

const rewrite = (path: string, change: (source: string) => string): void =>
  writeFileSync(path, change(readFileSync(path, 'utf8')))

const withLimits = (source: string): string =>
  Object.entries(MODEL_LIMITS).reduce((text, [name, ms]) => {
    const line = new RegExp(`^export const ${name} = .*$`, 'm')
    if (!line.test(text)) throw new Error(`${name} does not stand in limits.ts`)
    return text.replace(line, `export const ${name} = ${ms}`)
  }, source)

const load = async (folder: string): Promise<Domain> => {
  const [lifecycle, world, seat, request] = await Promise.all(
    ['lifecycle.ts', 'world.ts', 'seat.ts', 'request.ts'].map(
      (file) => import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href),
    ),
  )
  return { decide: lifecycle.decide, apply: world.apply, planSeat: seat.planSeat, phaseOf: request.phaseOf }
}
