/** YAML text to plain data with line numbers. Values stay as written: variables are replaced afterwards. */
import { dirname } from 'node:path'
import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { Path, Source } from './problem.ts'
import type { Reporter } from './reporter.ts'

/** A config file may have this many characters. */
export const FILE_MAX = 1_000_000
const ALIASES_MAX = 100
const DEPTH_MAX = 30
const NESTED_MAX = 100
const TOO_DEEP = 'This file is too deeply nested.'
const ERRORS_SHOWN = 10
const TANGLED = Symbol('tangled')

const childOf = (node: Node, step: string | number): { at: Node; value: Node | undefined } | undefined => {
  if (isSeq(node) && typeof step === 'number') {
    const item = node.items[step]
    return isNode(item) ? { at: item, value: item } : undefined
  }
  if (!isMap(node)) return undefined
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
  if (pair === undefined || !isNode(pair.key)) return undefined
  return { at: pair.key, value: isNode(pair.value) ? pair.value : undefined }
}

/** Follows a path as far as the file has it. */
const lineFinder = (document: Document, counter: LineCounter) => (path: Path) => {
  let node: Node | undefined = document.contents ?? undefined
  let found = node
  for (const step of path) {
    const child: ReturnType<typeof childOf> = node === undefined ? undefined : childOf(node, step)
    if (child === undefined) break
    found = child.at
    node = child.value
  }
  return Math.max(1, counter.linePos(found?.range?.[0] ?? 0).line)
}

/** Tabs as indentation would come out of the parser as riddles. */
const findTab = (text: string): number | undefined => {
  const index = text.split('\n').findIndex((line) => /^ *\t/.test(line))
  return index < 0 ? undefined : index + 1
}

/** Without end, brackets or dashes within one another exhaust the parser, and with it the process. */
const isTooNested = (text: string): boolean => {
  if (/^[ ?-]{200}/m.test(text)) return true
  let depth = 0
  return [...text.matchAll(/[[\]{}]/g)].some(([bracket]) => {
    depth += bracket === '[' || bracket === '{' ? 1 : -1
    return depth > NESTED_MAX
  })
}

const SAYS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'This setting stands here twice.',
  MULTIPLE_DOCS: 'A second document begins here.',
}

const reportErrors = (document: Document, counter: LineCounter, file: string, reporter: Reporter): void => {
  for (const { code, message, pos } of document.errors.slice(0, ERRORS_SHOWN))
    reporter.add({
      file,
      line: counter.linePos(pos[0]).line,
      message: SAYS[code] ?? `This is not YAML: ${message.replace(/[.:]?$/, '.')}`,
      hint:
        SAYS[code] === undefined
          ? 'An indentation or a quotation mark is the usual cause.'
          : 'Remove one of the two.',
    })
}

const isTooDeep = (value: unknown, left = DEPTH_MAX): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (left === 0 || Object.values(value).some((item) => isTooDeep(item, left - 1)))

/** Plain data, not entangled with itself: anchors may repeat, but not without end. */
const toData = (document: Document): unknown => {
  try {
    const data: unknown = document.toJS({ maxAliasCount: ALIASES_MAX })
    return isTooDeep(data) ? TANGLED : data
  } catch {
    return TANGLED
  }
}

const isRecord = (data: unknown): data is Record<string, unknown> =>
  typeof data === 'object' && data !== null && !Array.isArray(data)

/** `undefined` when the text is no map at all; what is wrong was reported. */
export const readSource = (text: string, file: string, reporter: Reporter): Source | undefined => {
  const fail = (line: number, message: string, hint: string): undefined => {
    reporter.add({ file, line, message, hint })
  }
  if (text.length > FILE_MAX)
    return fail(
      1,
      `This file has more than ${FILE_MAX} characters.`,
      'Move policies into files under `include:`.',
    )
  const tab = findTab(text)
  if (tab !== undefined)
    return fail(tab, 'This line is indented with a tab.', 'Indent with spaces: YAML allows no tabs.')
  if (isTooNested(text)) return fail(1, TOO_DEEP, 'Write it flatter.')
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false })
  reportErrors(document, counter, file, reporter)
  if (document.errors.length > 0) return undefined
  const data = toData(document)
  if (data === TANGLED) return fail(1, TOO_DEEP, 'Write it flatter, with fewer anchors.')
  if (!isRecord(data))
    return fail(1, 'This file holds no settings.', 'Write `name: value` lines, as in the README.')
  const lineOf = lineFinder(document, counter)
  return { file, folder: dirname(file), data, written: data, variables: new Map(), lineOf }
}
