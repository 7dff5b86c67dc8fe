/** What the journal has of some requests: their own chains and the words that people typed. */
import type { RecordKey, TextDigest } from '../domain/model.ts'
import type { Entry } from '../ports.ts'
import { JOURNAL, numbersName, textsName } from './keys.ts'
import type { Reader } from './open-reader.ts'
import type { Row } from './read-pages.ts'
import { execute } from './reads.ts'
import { parseEntry } from './wire.ts'

export interface History {
  readonly key: RecordKey
  /** Oldest first, up to the first that cannot be read. */
  readonly entries: readonly Entry[]
  /** An entry that the record should have is gone, or is no entry. */
  readonly lacks: boolean
  readonly texts: ReadonlyMap<TextDigest, string>
}

/** An entry out of its row; undefined when it is none. */
export const entryOf = ([id, [, text = '']]: Row): Entry | undefined => {
  const entry = parseEntry(text)
  return entry && { n: Number.parseInt(id, 10), ...entry }
}

/** In the order of the keys; a batch at a time, please. Rejects with a fault. */
export const readHistories = async (
  reader: Reader,
  keys: readonly RecordKey[],
): Promise<readonly History[]> => {
  const [numbers, texts] = await Promise.all([
    reader.ask((redis) => {
      const pipeline = redis.pipeline()
      for (const key of keys) pipeline.lrange(numbersName(key), 0, -1)
      return execute(pipeline) as Promise<string[][]>
    }),
    reader.ask((redis) => {
      const pipeline = redis.pipeline()
      for (const key of keys) pipeline.hgetall(textsName(key))
      return execute(pipeline) as Promise<Record<string, string>[]>
    }),
  ])
  const found = await readEntries(reader, numbers.flat())
  let at = 0
  return keys.map((key, i) => {
    const count = numbers[i]?.length ?? 0
    const own = found.slice(at, at + count)
    at += count
    const lost = own.indexOf(undefined)
    const entries = own.slice(0, lost < 0 ? count : lost).flatMap((entry) => entry ?? [])
    return { key, entries, lacks: lost >= 0, texts: textsOf(texts[i] ?? {}) }
  })
}

const readEntries = async (
  reader: Reader,
  numbers: readonly string[],
): Promise<readonly (Entry | undefined)[]> => {
  const rows = (await reader.ask((redis) => {
    const pipeline = redis.pipeline()
    for (const n of numbers) pipeline.xrange(JOURNAL, `${n}-0`, `${n}-0`)
    return execute(pipeline)
  })) as Row[][]
  return rows.map(([row]) => (row === undefined ? undefined : entryOf(row)))
}

const textsOf = (fields: Readonly<Record<string, string>>): History['texts'] =>
  new Map(
    Object.entries(fields).map(([digest, text]) => [
      digest as TextDigest,
      (JSON.parse(text) as { text: string }).text,
    ]),
  )
