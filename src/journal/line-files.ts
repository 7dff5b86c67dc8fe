/** Files of lines that only ever grow: written with a sync, read page by page, repaired at the end. */
import { type FileHandle, open } from 'node:fs/promises'

const LINE_END = 0x0a
const CHUNK = 1 << 18

/** Where the last whole line ends, and the file. */
export interface Extent {
  readonly whole: number
  readonly size: number
}

/** Reads backwards, as far as it must. */
export const measure = async (file: FileHandle): Promise<Extent> => {
  const { size } = await file.stat()
  for (let end = size; end > 0; end -= CHUNK) {
    const from = Math.max(0, end - CHUNK)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(end - from), 0, end - from, from)
    const at = buffer.subarray(0, bytesRead).lastIndexOf(LINE_END)
    if (at >= 0) return { whole: from + at + 1, size }
  }
  return { whole: 0, size }
}

/** The last whole line; undefined when there is none. */
export const readLastLine = async (file: FileHandle, { whole }: Extent): Promise<string | undefined> => {
  if (whole === 0) return undefined
  const parts: Buffer[] = []
  for (let end = whole - 1; end > 0; end -= CHUNK) {
    const from = Math.max(0, end - CHUNK)
    const { buffer } = await file.read(Buffer.alloc(end - from), 0, end - from, from)
    const at = buffer.lastIndexOf(LINE_END)
    parts.unshift(buffer.subarray(at + 1))
    if (at >= 0) break
  }
  return Buffer.concat(parts).toString('utf8')
}

/** A line, and the byte it begins at. */
export interface Placed {
  readonly line: string
  readonly at: number
}

/** Whole lines, about a page at a time; what follows the last of them is left out. */
export async function* readLines(path: string): AsyncGenerator<readonly Placed[]> {
  const file = await open(path, 'r')
  try {
    let rest = Buffer.alloc(0)
    let at = 0
    for (;;) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(CHUNK), 0, CHUNK, at + rest.length)
      if (bytesRead === 0) return
      const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
      const lines: Placed[] = []
      let from = 0
      for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, from)) {
        lines.push({ line: bytes.toString('utf8', from, end), at: at + from })
        from = end + 1
      }
      at += from
      rest = bytes.subarray(from)
      if (lines.length > 0) yield lines
    }
  } finally {
    await file.close()
  }
}

/** Writes at the end, all of it or nothing, and waits until it stays. */
export const appendWhole = async (file: FileHandle, text: string): Promise<void> => {
  const { size } = await file.stat()
  const bytes = Buffer.from(text)
  try {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, done)
      done += bytesWritten
    }
    await file.datasync()
  } catch (thrown) {
    // A full disk may have taken a part of it.
    await file.truncate(size).catch(() => undefined)
    throw thrown
  }
}
