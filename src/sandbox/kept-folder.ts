/**
 * The folder in which a sandbox is kept from start to start. One of another version is put aside, never read; one that
 * cannot be written is said in a sentence.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Rises when what is kept changes its shape. */
const FORMAT = 1

/** A sentence that says what would help. */
export class SandboxRefused extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'SandboxRefused'
  }
}

/** Makes or takes the folder; answers where an older one was put, if one was. */
export const openFolder = async (folder: string, fresh: boolean): Promise<{ putAside?: string }> => {
  try {
    if (fresh) await rm(folder, { recursive: true, force: true })
    const found = await readFormat(folder)
    const isOurs = found === undefined || found === FORMAT
    const aside = `${folder}-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}`
    if (!isOurs) await rename(folder, aside)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'format.json'), JSON.stringify({ format: FORMAT }))
    return isOurs ? {} : { putAside: aside }
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown)
    throw new SandboxRefused(
      `The sandbox keeps its state in ${folder}, and cannot write there (${why}). Run it in a folder that is yours.`,
    )
  }
}

/** `undefined`: nothing is kept there. */
const readFormat = async (folder: string): Promise<unknown> => {
  try {
    return (JSON.parse(await readFile(join(folder, 'format.json'), 'utf8')) as { format?: unknown }).format
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null
    const { code } = thrown as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw thrown
  }
}
