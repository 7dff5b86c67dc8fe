/** Copies of the tree in a folder for temporary files, one for each sabotage: the working tree is only read. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Patch, patchSource } from '../fixtures/patch-source.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** What tests read. */
const COPIED = ['src', 'test', 'manifests', 'package.json', 'tsconfig.json', 'vitest.config.ts']

export interface Scratch {
  readonly folder: string
  /** Makes a copy with this patch in it, or whole; answers its folder. Throws when the patch went stale. */
  copy(name: string, patch?: Patch): string
  remove(): void
}

export const openScratch = (): Scratch => {
  const folder = mkdtempSync(join(tmpdir(), 'curfew-sabotage-'))
  return {
    folder,
    copy: (name, patch) => {
      const to = join(folder, name)
      // Before anything is copied: a patch that went stale costs nothing.
      const patched = patch && patchSource(readFileSync(join(ROOT, 'src', patch.file), 'utf8'), patch)
      mkdirSync(to)
      for (const one of COPIED) cpSync(join(ROOT, one), join(to, one), { recursive: true })
      // Too large to copy, and changed by nobody.
      symlinkSync(join(ROOT, 'node_modules'), join(to, 'node_modules'))
      if (patch && patched !== undefined) writeFileSync(join(to, 'src', patch.file), patched)
      return to
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
