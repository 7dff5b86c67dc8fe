/**
 * The mirror as a folder: files that begin with their first entry's number and are only added to. A text that is erased
 * is overwritten where it stands.
 */
import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../domain/fault.ts'
import type { RecordKey } from '../domain/model.ts'
import { appendWhole, measure, readLastLine, readLines } from './line-files.ts'
import { type KeptText, type Mirror, type MirrorLine, parseLine, showLine } from './mirror.ts'

/** A file is left alone from this size on. */
const FILE_MAX = 64 * 1024 * 1024
const DIGITS = 15

type Kind = 'entries' | 'texts'

const nameOf = (kind: Kind, n: number): string => `${kind}-${String(n).padStart(DIGITS, '0')}.jsonl`

export const openFolderMirror = (folder: string): Mirror => {
  /** What is being written to, after this process looked at its end; `size`: as it left it. */
  let current: { readonly name: string; readonly file: FileHandle; size: number } | undefined
  /** A line that was cut off, as it stood when it was seen first: a writer that still lives may go on with it. */
  let torn: { readonly name: string; readonly size: number } | undefined

  const pathOf = (name: string): string => join(folder, name)

  const namesOf = async (kind: Kind): Promise<readonly string[]> => {
    const names = await readdir(folder).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOENT') return []
      throw thrown
    })
    return names.filter((name) => name.startsWith(`${kind}-`) && name.endsWith('.jsonl')).sort()
  }

  const letGo = async (): Promise<void> => {
    const before = current
    current = undefined
    await before?.file.close()
  }

  /** For adding; with its end in order. */
  const openAtEnd = async (name: string): Promise<{ file: FileHandle; size: number }> => {
    const file = await open(pathOf(name), 'a+')
    try {
      const { whole, size } = await measure(file)
      if (whole === size) return { file, size }
      if (torn?.name !== name || torn.size !== size) {
        torn = { name, size }
        throw new Fault('retry', 'the last line of the mirror is not whole; it is looked at once more')
      }
      await file.truncate(whole)
      return { file, size: whole }
    } catch (thrown) {
      await file.close()
      throw thrown
    }
  }

  const last = async (): Promise<MirrorLine | null> => {
    await letGo()
    for (const name of [...(await namesOf('entries'))].reverse()) {
      const { file, size } = await openAtEnd(name)
      const text = await readLastLine(file, { whole: size, size })
      // The newest may have been begun by somebody who then died; it is the one to go on with.
      if (current === undefined) current = { name, file, size }
      else await file.close()
      if (text === undefined) continue
      const line = parseLine(text)
      if (line === undefined)
        throw new Fault('permanent', `the last line of ${name} in the mirror was changed`)
      return line
    }
    return null
  }

  /** The file that this line goes to. */
  const fileFor = async (n: number): Promise<NonNullable<typeof current>> => {
    if (current !== undefined && current.size < FILE_MAX) return current
    await letGo()
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const name = nameOf('entries', n)
    const { file, size } = await openAtEnd(name)
    current = { name, file, size: 0 }
    if (size > 0) await giveWay()
    await syncFolder(folder)
    return current
  }

  /** What is known of the end is worth nothing any more. */
  const giveWay = async (): Promise<never> => {
    await letGo()
    throw new Fault('retry', 'somebody else writes to the mirror')
  }

  /** Others may have written meanwhile. */
  const mustBeOurs = async ({ name, file, size }: NonNullable<typeof current>): Promise<void> => {
    const [newest, now] = [(await namesOf('entries')).at(-1), (await file.stat()).size]
    if (newest !== name || now !== size) await giveWay()
  }

  const append = async (lines: readonly MirrorLine[], texts: readonly KeptText[]): Promise<void> => {
    const [first] = lines
    if (first === undefined) return
    const to = await fileFor(first.n)
    await mustBeOurs(to)
    if (texts.length > 0) await appendTexts(to.name.replace('entries', 'texts'), texts)
    const text = lines.map((line) => `${showLine(line)}\n`).join('')
    try {
      await appendWhole(to.file, text)
    } catch (thrown) {
      await letGo()
      throw thrown
    }
    to.size += Buffer.byteLength(text)
  }

  const appendTexts = async (name: string, texts: readonly KeptText[]): Promise<void> => {
    const { file } = await openAtEnd(name)
    try {
      await appendWhole(file, texts.map((text) => `${JSON.stringify(text)}\n`).join(''))
    } finally {
      await file.close()
    }
  }

  const erase = async (record: RecordKey): Promise<void> => {
    for (const name of await namesOf('texts')) await eraseIn(pathOf(name), record)
  }

  return {
    last: () => asFaults(last()),
    append: (lines, texts) => asFaults(append(lines, texts)),
    erase: (record) => asFaults(erase(record)),
    read: async function* () {
      for (const name of await asFaults(namesOf('entries'))) {
        for await (const lines of readLines(pathOf(name)))
          yield lines.map(({ line, at }) => parseLine(line) ?? { unreadable: `byte ${at} of ${name}` })
      }
    },
    texts: async function* () {
      for (const name of await asFaults(namesOf('texts'))) {
        for await (const lines of readLines(pathOf(name))) yield lines.flatMap(({ line }) => textOf(line))
      }
    },
    close: letGo,
  }
}

const textOf = (line: string): readonly KeptText[] => {
  try {
    const { record, digest, salt, text } = JSON.parse(line) as KeptText
    return typeof record === 'string' && typeof text === 'string' ? [{ record, digest, salt, text }] : []
  } catch {
    return []
  }
}

/** Blanks of the same length in its place: the file is not made anew, so that whoever adds to it is not disturbed. */
const eraseIn = async (path: string, record: RecordKey): Promise<void> => {
  const begins = `{"record":${JSON.stringify(record)},`
  const file = await open(path, 'r+')
  try {
    for await (const lines of readLines(path)) {
      for (const { line, at } of lines) {
        if (!line.startsWith(begins)) continue
        const blank = Buffer.alloc(Buffer.byteLength(line), ' ')
        blank.write(`${begins}"erased":true}`)
        await file.write(blank, 0, blank.length, at)
      }
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

/** So that a new file is still there after a crash. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

const asFaults = <T>(work: Promise<T>): Promise<T> =>
  work.catch((thrown: unknown) => {
    if (thrown instanceof Fault) throw thrown
    const code = (thrown as NodeJS.ErrnoException).code ?? 'unknown'
    throw new Fault('retry', `the folder of the mirror answers ${code}`, { cause: thrown })
  })
