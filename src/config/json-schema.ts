/**
 * The JSON Schema (draft 2020-12) of a config file, for editors and for whoever checks files without Curfew. Made from
 * the very shapes that read the config; `curfew schema` prints it.
 */
import { z } from 'zod'
import { fileShape } from './file-shape.ts'
import type { Kinds } from './kinds.ts'
import { listSections } from './shapes.ts'

type Json = Record<string, unknown>

/** A text with a variable in it can become anything, so no form of it is refused. */
const WITH_VARIABLE = { type: 'string', pattern: '\\$\\{[^{}]*\\}' }
const FORMS = ['pattern', 'format', 'enum']

/** What only an editor would stumble over: numbers where a text is meant, forms of texts that are not there yet. */
const forEditors = (schema: Json): void => {
  if (schema.type === 'string' && schema.anyOf !== undefined) delete schema.anyOf
  const forms = FORMS.filter((form) => schema[form] !== undefined)
  if (schema.type !== 'string' || forms.length === 0) return
  const written = Object.fromEntries(forms.map((form) => [form, schema[form]]))
  for (const form of forms) delete schema[form]
  schema.anyOf = [{ type: 'string', ...written }, WITH_VARIABLE]
  delete schema.type
}

/** A file that holds nothing but these may be an included one. */
const INCLUDED = Object.keys(listSections)

export const jsonSchema = (kinds: Kinds): Json => {
  const { $schema, ...schema } = z.toJSONSchema(fileShape(kinds), {
    io: 'input',
    override: ({ jsonSchema: one, path }) => {
      // Names of things are keys, in which no variable is replaced.
      if (path.at(-1) !== 'propertyNames') forEditors(one as Json)
    },
  })
  return {
    $schema,
    title: 'curfew.yaml',
    description: 'The config of Curfew, or a file that it includes.',
    ...schema,
    if: { propertyNames: { enum: INCLUDED } },
    else: { required: ['operators', 'audit'] },
  }
}
