/**
 * Checkers of entries: one in this thread, or several in threads of their own, among which the records are shared out. Opened
 * by whoever verifies; to reading and asking, which go on meanwhile, they all look the same.
 */
import { Worker } from 'node:worker_threads'
import type { RecordKey } from '../domain/model.ts'
import type { SealedTo } from '../domain/seal.ts'
import { type Checked, type Checker, makeChecker, type Texts, UNREADABLE, WRONG } from './check-entries.ts'
import type { SealRows } from './follow-seals.ts'

export interface Checkers {
  begin(...known: Parameters<Checker['begin']>): Promise<void>
  /** As {@link Checker.check}; pages are checked in the order they are given. */
  check(page: Texts): Promise<Checked>
  /** As {@link Checker.seal}, in the same order. */
  seal(...rows: Parameters<Checker['seal']>): Promise<ReturnType<Checker['seal']>>
  beyond(): Promise<ReturnType<Checker['beyond']>>
  compare(...stored: Parameters<Checker['compare']>): Promise<ReturnType<Checker['compare']>>
  close(): Promise<void>
}

export const checkHere = (key: string): Checkers => {
  const checker = makeChecker(key)
  return {
    begin: async (...known) => checker.begin(...known),
    check: async (page) => checker.check(page),
    seal: async (rows) => checker.seal(rows),
    beyond: async () => checker.beyond(),
    compare: async (...stored) => checker.compare(...stored),
    close: async () => undefined,
  }
}

/** What a thread is asked, and answers in turn. */
export type Question =
  | { readonly ask: 'begin'; readonly known: Parameters<Checker['begin']> }
  | { readonly ask: 'seal'; readonly rows: SealRows }
  | { readonly ask: 'beyond' }
  | { readonly ask: 'check'; readonly page: Texts }
  | { readonly ask: 'compare'; readonly stored: Parameters<Checker['compare']> }

/** A small young heap: pages come and go, and several threads must not add up. MB. */
const YOUNG_MB = 16
const IS_SOURCE = import.meta.url.endsWith('.ts')
const FILE = new URL(`./check-thread${IS_SOURCE ? '.ts' : '.js'}`, import.meta.url)
/** Where the source runs unbuilt, what makes that possible does not reach into threads by itself. */
const UNBUILT = `import('tsx/esm/api').then((tsx) => { tsx.register(); return import(${JSON.stringify(FILE.href)}) })`

/** So many threads. An error in one of them rejects whatever is asked. */
export const checkInThreads = (key: string, count: number): Checkers => {
  const threads = Array.from({ length: count }, () => openThread(key))
  const shareOf = (record: string): number => hashOf(record) % count

  const begin: Checkers['begin'] = async (stands, seals) => {
    const ofShare = (share: number) => stands.filter(([record]) => shareOf(record) === share)
    await Promise.all(
      threads.map((thread, share) => thread.ask({ ask: 'begin', known: [ofShare(share), seals] })),
    )
  }

  const check: Checkers['check'] = async ({ texts, strange }) => {
    const shares = threads.map(() => ({
      places: [] as number[],
      texts: [] as string[],
      strange: [] as number[],
    }))
    const isStrange = new Set(strange)
    for (const [i, text] of texts.entries()) {
      const share = shares[shareOf(recordIn(text))] as (typeof shares)[number]
      if (isStrange.has(i)) share.strange.push(share.texts.length)
      share.places.push(i)
      share.texts.push(text)
    }
    const answers = await Promise.all(
      shares.map(async ({ places, ...page }, i) => ({
        places,
        checked: (await threads[i]?.ask({ ask: 'check', page })) as Checked,
      })),
    )
    return merge(texts.length, answers)
  }

  const compare: Checkers['compare'] = async (records, stored) => {
    const says = new Array<string | undefined>(records.length)
    await Promise.all(
      threads.map(async (thread, share) => {
        const places = [...records.keys()].filter((i) => shareOf(records[i] as string) === share)
        const own = places.map((i) => records[i] as RecordKey)
        const texts = places.map((i) => stored[i] ?? null)
        const found = (await thread.ask({ ask: 'compare', stored: [own, texts] })) as readonly (
          | string
          | undefined
        )[]
        for (const [at, i] of places.entries()) says[i] = found[at]
      }),
    )
    return says
  }
  // One chain over all records, so it stays with one of them.
  const [sealing] = threads as [Thread, ...Thread[]]
  const seal: Checkers['seal'] = async (rows) =>
    (await sealing.ask({ ask: 'seal', rows })) as Map<number, string>
  const beyond: Checkers['beyond'] = async () => (await sealing.ask({ ask: 'beyond' })) as readonly SealedTo[]

  return {
    begin,
    check,
    seal,
    beyond,
    compare,
    close: async () => void (await Promise.all(threads.map((one) => one.close()))),
  }
}

interface Thread {
  ask(question: Question): Promise<unknown>
  close(): Promise<unknown>
}

const openThread = (key: string): Thread => {
  const worker = new Worker(IS_SOURCE ? UNBUILT : FILE, {
    eval: IS_SOURCE,
    workerData: { key },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  })
  const waiting: { resolve(answer: unknown): void; reject(thrown: unknown): void }[] = []
  let failed: unknown
  worker.on('message', (answer) => waiting.shift()?.resolve(answer))
  const fail = (thrown: unknown): void => {
    failed ??= thrown
    for (const one of waiting.splice(0)) one.reject(failed)
  }
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error('a thread that checks ended')))
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        if (failed !== undefined) return reject(failed)
        waiting.push({ resolve, reject })
        worker.postMessage(question)
      }),
    close: () => worker.terminate(),
  }
}

const merge = (
  size: number,
  answers: readonly { readonly places: readonly number[]; readonly checked: Checked }[],
): Checked => {
  const records: RecordKey[] = []
  const owners = new Int32Array(size).fill(UNREADABLE)
  const versions = new Float64Array(size).fill(WRONG)
  const wrong = new Map<number, string>()
  for (const { places, checked } of answers) {
    for (const [at, i] of places.entries()) {
      const owner = checked.owners[at] ?? UNREADABLE
      if (owner !== UNREADABLE) owners[i] = records.length + owner
      versions[i] = checked.versions[at] ?? WRONG
    }
    for (const [at, says] of checked.wrong) wrong.set(places[at] as number, says)
    records.push(...checked.records)
  }
  return { records, owners, versions, wrong }
}

const OPENING = '{"record":"'

/** Whose an entry is, as far as sharing out needs it: what is no entry goes anywhere. */
const recordIn = (text: string): string =>
  text.slice(OPENING.length, Math.max(OPENING.length, text.indexOf('"', OPENING.length)))

/** Ids are random at their end, and seats end with their account. */
const hashOf = (record: string): number => {
  let sum = 0
  for (let i = Math.max(0, record.length - 8); i < record.length; i += 1)
    sum = (sum * 31 + record.charCodeAt(i)) >>> 0
  return sum
}
