/**
 * The mirror: the journal once more, outside Redis. Entries stand in it as they stand in Redis, each with its seal;
 * texts that people typed stand beside them, so that one can be erased and no sealed line is touched.
 */
import type { RecordKey, Seal, TextDigest } from '../domain/model.ts'
import type { SealedTo } from '../domain/seal.ts'

export interface MirrorLine extends SealedTo {
  /** The entry as it stands in the stream of Redis, to the byte. */
  readonly text: string
}

export interface KeptText {
  readonly record: RecordKey
  readonly digest: TextDigest
  readonly salt: string
  readonly text: string
}

/** Everything rejects with a fault. One process writes at a time; should two, neither spoils what the other wrote. */
export interface Mirror {
  /** The last line, for whoever goes on writing: a line that was cut off in the middle of writing is removed. */
  last(): Promise<MirrorLine | null>
  /** Written so that it stays, when this resolves; the texts first. */
  append(lines: readonly MirrorLine[], texts: readonly KeptText[]): Promise<void>
  /** Erases what people typed into this record. Once more is fine. */
  erase(record: RecordKey): Promise<void>
  /** All lines in their order, a page at a time. What is no line is answered as it stands. */
  read(): AsyncIterable<readonly (MirrorLine | Unreadable)[]>
  /** Those that were not erased, a page at a time. */
  texts(): AsyncIterable<readonly KeptText[]>
  close(): Promise<void>
}

export interface Unreadable {
  /** Where it stands. */
  readonly unreadable: string
}

/** One line of JSON. */
export const showLine = ({ n, seal, text }: MirrorLine): string => {
  // A text that was tampered with before it came here may be anything.
  const entry = isPlain(text) ? `"entry":${text}` : `"raw":${JSON.stringify(text)}`
  return `{"n":${n},"seal":"${seal}",${entry}}`
}

const isPlain = (text: string): boolean => {
  if (!text.startsWith('{') || /[\n\r]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Undefined when it is none. */
export const parseLine = (line: string): MirrorLine | undefined => {
  const [, n, seal, kind, rest = ''] =
    /^\{"n":(\d{1,15}),"seal":"([0-9a-f]{64})","(entry|raw)":(.+)\}$/.exec(line) ?? []
  if (n === undefined) return undefined
  const text = kind === 'entry' ? rest : unquote(rest)
  return text === undefined ? undefined : { n: Number(n), seal: seal as Seal, text }
}

const unquote = (quoted: string): string | undefined => {
  try {
    const text: unknown = JSON.parse(quoted)
    return typeof text === 'string' ? text : undefined
  } catch {
    return undefined
  }
}
