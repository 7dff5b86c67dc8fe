/** `/jit id`: references to people, channels and groups, ready to paste into the config. */
import { type Card, code, type Part, plain } from './card.ts'

/** A reference with the name it goes by. */
export interface Named {
  readonly ref: string
  readonly name: string
}

export const drawReferences = (references: readonly Named[]): Card => ({
  title: 'References for the config',
  summary: [plain(references.map(({ ref }) => ref).join(', '))],
  parts: references.map(
    ({ ref, name }): Part => ({ part: 'text', spans: [code(ref), plain(name === '' ? '' : ` is ${name}`)] }),
  ),
})
