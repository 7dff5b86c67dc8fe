/** The pure floor with one guard taken out: a copy of its source, patched, and imported like the original. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Domain } from './explore.ts'

const ROOT = join(import.meta.dirname, '../..')

export interface Patch {
  readonly file: string
  readonly find: string
  readonly replace: string
}

/** Imports the patched copy; throws when the text to take out is not there (the patch went stale). */
export const patchedDomain = async (patch: Patch): Promise<{ domain: Domain; remove(): void }> => {
  const cache = join(ROOT, '.curfew')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'patched-'))
  cpSync(join(ROOT, 'src/domain'), join(folder, 'domain'), { recursive: true })
  const path = join(folder, 'domain', patch.file)
  const source = readFileSync(path, 'utf8')
  if (source.split(patch.find).length !== 2)
    throw new Error(`“${patch.find}” does not stand exactly once in ${patch.file}`)
  writeFileSync(path, source.replace(patch.find, patch.replace))
  const load = (file: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, 'domain', file)).href)
  const [lifecycle, world, seat, request] = await Promise.all(
    ['lifecycle.ts', 'world.ts', 'seat.ts', 'request.ts'].map(load),
  )
  return {
    domain: {
      decide: lifecycle.decide,
      apply: world.apply,
      planSeat: seat.planSeat,
      phaseOf: request.phaseOf,
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
