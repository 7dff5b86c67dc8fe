/**
 * Collects what is wrong. Called by every reader; whatever a reader says, a value that came from a variable is
 * never shown, and what stands in for a missing variable is not blamed for its form.
 */
import { type At, type Path, type Problem, showPath } from './problem.ts'

export interface Reporter {
  /** A problem with the value at a place; the message opens with its path. */
  at(at: At, says: string, hint: string): void
  /** A problem as it is; it must not hold a value of the file. */
  add(problem: Problem): void
  /** All so far, by file and line, each once. */
  problems(): readonly Problem[]
}

/** A host that never is; also in what a plug-in lets stand for a missing address. */
export const MISSING_HOST = 'missing.curfew.invalid'
const PLACEHOLDER = `missing://${MISSING_HOST}/`
/** A shorter value would tear holes into sentences, and is no secret. */
const SECRET_MIN = 8

/** Does the value depend on a variable that is not there? */
export const hasPlaceholder = (value: unknown): boolean => {
  if (typeof value === 'string') return value.includes(MISSING_HOST)
  return typeof value === 'object' && value !== null && Object.values(value).some(hasPlaceholder)
}

/** Stands in for a variable that is not there, in a form that passes for a URL. */
export const placeholder = (): string => PLACEHOLDER

export const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (at, step) => (at as Record<string, unknown> | undefined | null)?.[String(step)],
    value,
  )

/** `secrets`: values to the names they go by; a last net under {@link Reporter.at}. */
export const makeReporter = (secrets: ReadonlyMap<string, string>): Reporter => {
  const found: Problem[] = []
  const hide = (text: string): string =>
    [...secrets]
      .filter(([value]) => value.length >= SECRET_MIN)
      .sort(([a], [b]) => b.length - a.length)
      .reduce((hidden, [value, name]) => hidden.replaceAll(value, name), text)

  return {
    at({ source, path }, says, hint) {
      const value = valueAt(source.data, path)
      if (typeof value === 'string' && hasPlaceholder(value)) return
      const name = source.variables.get(showPath(path))
      const place = path.length === 0 ? '' : `\`${showPath(path)}\`: `
      found.push({
        file: source.file,
        line: source.lineOf(path),
        message: place + (name === undefined ? says : `The value of ${name} does not fit here.`),
        hint: name === undefined ? hint : 'Change the variable, or write the value here.',
      })
    },
    add(problem) {
      found.push(problem)
    },
    problems() {
      const files = [...new Set(found.map(({ file }) => file))]
      const hidden = found.map((problem) => ({
        ...problem,
        message: hide(problem.message),
        hint: hide(problem.hint),
      }))
      return [...new Map(hidden.map((problem) => [JSON.stringify(problem), problem])).values()].sort(
        (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || (a.line ?? 0) - (b.line ?? 0),
      )
    },
  }
}
