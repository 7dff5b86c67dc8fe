/** A file's sections, each held against its shape by itself, so that a mistake in one does not hide the others. */
import type { z } from 'zod'
import { hintFrom } from './explain-issue.ts'
import { parseShape } from './parse-shape.ts'
import type { Source } from './problem.ts'
import type { Named } from './read-groups.ts'
import type { Item } from './read-people.ts'
import type { Reporter } from './reporter.ts'
import { type listSections, mainSections } from './shapes.ts'

type Shapes = Readonly<Record<string, z.ZodType>>
type Sections<S extends Shapes> = { readonly [K in keyof S]?: z.infer<S[K]> }

/** Sections that stand in the file and fit. */
export const readSections = <S extends Shapes>(
  source: Source,
  shapes: S,
  reporter: Reporter,
): Sections<S> => {
  const known = Object.keys(shapes)
  const fitting = Object.entries(source.data).flatMap(([key, value]) => {
    const at = { source, path: [key] }
    const shape = Object.hasOwn(shapes, key) ? shapes[key] : undefined
    if (shape !== undefined) return [[key, parseShape(value, shape, at, reporter)]]
    if (Object.hasOwn(mainSections, key)) reporter.at(at, 'Only the main file says this.', 'Move it there.')
    else reporter.at(at, 'Unknown setting.', hintFrom(key, known))
    return []
  })
  return Object.fromEntries(fitting.filter(([, value]) => value !== undefined)) as Sections<S>
}

export type Lists = Sections<typeof listSections>

/** The named parts of a section over all files; a name that comes twice is reported and counts once. */
export const collectNamed = <K extends 'groups' | 'targets'>(
  key: K,
  files: readonly { readonly source: Source; readonly lists: Lists }[],
  reporter: Reporter,
): readonly Named<NonNullable<Lists[K]>[string]>[] => {
  const names = new Set<string>()
  return files.flatMap(({ source, lists }) =>
    Object.entries(lists[key] ?? {}).flatMap(([name, value]) => {
      const at = { source, path: [key, name] }
      if (names.has(name)) {
        reporter.at(at, 'Another file has this name already.', 'Rename one of the two.')
        return []
      }
      names.add(name)
      return [{ name, value: value as NonNullable<Lists[K]>[string], at }]
    }),
  )
}

/** The items of a list over all files, in order. */
export const collectItems = (
  key: 'people' | 'policies',
  files: readonly { readonly source: Source; readonly lists: Lists }[],
): readonly Item[] =>
  files.flatMap(({ source, lists }) =>
    (lists[key] ?? []).map((value, i) => ({ value, at: { source, path: [key, i] } })),
  )
