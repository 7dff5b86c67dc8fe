/**
 * Copies what is sealed into the mirror, a page at a time. Nothing goes there whose seal is not the one in Redis, and
 * how far it is stands in Redis only after it stays in the mirror.
 */
import { Fault } from '../domain/fault.ts'
import type { RecordKey, TextDigest } from '../domain/model.ts'
import { type SealedTo, sealNext, shortSeal, UNSEALED } from '../domain/seal.ts'
import { readShortSeals } from './follow-seals.ts'
import { MIRROR, textsName } from './keys.ts'
import type { KeptText, Mirror, MirrorLine } from './mirror.ts'
import type { Keeper } from './open-keeper.ts'
import type { Reader } from './open-reader.ts'
import { lastIdOf, type Row, readPage } from './read-pages.ts'
import { execute } from './reads.ts'
import { readSealed } from './seal-entries.ts'
import { markInText } from './wire.ts'

export interface Copier {
  /** Copies one page; answers how many entries. Rejects with a fault, and then looks at the mirror anew. */
  copy(): Promise<number>
}

export const openCopier = (keeper: Keeper, mirror: Mirror, key: string): Copier => {
  /** The last line; unknown until it was read. */
  let at: SealedTo | undefined

  const copy = async (): Promise<number> => {
    if (at === undefined) {
      at = (await mirror.last()) ?? UNSEALED
      await publish(keeper, at.n)
    }
    const sealed = await readSealed(keeper)
    if (sealed.n <= at.n) return 0
    const rows = await readPage(keeper, lastIdOf(at.n))
    const lines = linesFrom(key, at, rows).filter(({ n }) => n <= sealed.n)
    const last = lines.at(-1)
    if (last === undefined) return 0
    await mustAgree(keeper, lines)
    await mirror.append(lines, await readTexts(keeper, lines))
    for (const record of lines.flatMap(forgottenIn)) await mirror.erase(record)
    await publish(keeper, last.n)
    at = last
    return lines.length
  }

  return {
    copy: () =>
      copy().catch((thrown: unknown) => {
        at = undefined
        throw thrown
      }),
  }
}

const linesFrom = (key: string, from: SealedTo, rows: readonly Row[]): readonly MirrorLine[] => {
  const lines: MirrorLine[] = []
  let last = from
  for (const [id, [, text = '']] of rows) {
    const n = Number.parseInt(id, 10)
    if (n <= last.n) continue
    last = sealNext(key, last, n, markInText(text))
    lines.push({ ...last, text })
  }
  return lines
}

const mustAgree = async (reader: Reader, lines: readonly MirrorLine[]): Promise<void> => {
  const shorts = await readShortSeals(
    reader,
    lines.map(({ n }) => n),
  )
  const other = lines.find(({ seal }, i) => shorts[i] !== shortSeal(seal))
  if (other === undefined) return
  throw new Fault(
    'permanent',
    `entry ${other.n} in Redis does not go on from the mirror: it was changed, or this is another mirror. See curfew verify --mirror`,
  )
}

/** What may be the digest of a text: marks and hashes are none. */
const DIGEST = /"(?!mark"|hash")\w+":"([0-9a-f]{64})"/g

/** What people typed, by the digests that the entries name. */
const readTexts = async (reader: Reader, lines: readonly MirrorLine[]): Promise<readonly KeptText[]> => {
  const wanted = lines.flatMap(({ text }) => {
    const record = recordIn(text)
    if (record === undefined) return []
    return [...text.matchAll(DIGEST)].map(([, digest = '']) => ({ record, digest }))
  })
  if (wanted.length === 0) return []
  const found = (await reader.ask((redis) => {
    const pipeline = redis.pipeline()
    for (const { record, digest } of wanted) pipeline.hget(textsName(record), digest)
    return execute(pipeline)
  })) as (string | null)[]
  return wanted.flatMap(({ record, digest }, i) => {
    const kept = found[i]
    if (!kept) return []
    const { salt, text } = JSON.parse(kept) as Pick<KeptText, 'salt' | 'text'>
    return [{ record, digest: digest as TextDigest, salt, text }]
  })
}

const recordIn = (text: string): RecordKey | undefined =>
  /^\{"record":"([a-z]:[^"\\]+)"/.exec(text)?.[1] as RecordKey | undefined

/** Where the words were to be erased. */
const forgottenIn = ({ text }: MirrorLine): readonly RecordKey[] => {
  const record = text.includes('"type":"forgotten"') ? recordIn(text) : undefined
  return record === undefined ? [] : [record]
}

const publish = async (keeper: Keeper, n: number): Promise<void> => {
  await keeper.run('mirrored', [MIRROR], [JSON.stringify({ n })])
}

/** Says why it does not follow; what is there of it stays. */
export const publishTrouble = async (keeper: Keeper, trouble: string): Promise<void> => {
  await keeper.run('mirrored', [MIRROR], [JSON.stringify({ trouble })])
}
