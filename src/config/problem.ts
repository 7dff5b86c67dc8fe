/** What is wrong with a config, as the operator reads it. All problems are collected; none names a secret. */

/** From the top of a file to a value: keys and positions in lists. */
export type Path = readonly (string | number)[]

export interface Problem {
  /** As the operator named it; `environment` for variables. */
  readonly file: string
  /** Counted from 1. */
  readonly line?: number
  readonly message: string
  readonly hint: string
}

/** One parsed file. */
export interface Source {
  readonly file: string
  /** Includes and `${file:…}` are relative to it. */
  readonly folder: string
  readonly data: Readonly<Record<string, unknown>>
  /** The same before variables were replaced: nothing secret is in it but what stands in the file itself. */
  readonly written: Readonly<Record<string, unknown>>
  /** Where values came from variables: {@link showPath} to the name as written. */
  readonly variables: ReadonlyMap<string, string>
  /** The line of the value at a path, else of the nearest thing around it. */
  lineOf(path: Path): number
}

/** Where something stands. */
export interface At {
  readonly source: Source
  readonly path: Path
}

export const under = (at: At, ...path: Path): At => ({ source: at.source, path: [...at.path, ...path] })

/** `policies[0].reason.minLength` */
export const showPath = (path: Path): string =>
  path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('')

/** One line for the terminal: `curfew.yaml:12: …` */
export const showProblem = ({ file, line, message, hint }: Problem): string =>
  `${file}${line === undefined ? '' : `:${line}`}: ${message} ${hint}`
