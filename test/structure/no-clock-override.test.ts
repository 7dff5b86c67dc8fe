/**
 * Time is decided by the scripts' `now()`. Only `assemble` with overrides, a function call in a test, can replace it:
 * no environment variable, flag or key of the config can, and none switches a check off.
 */
import { describe, expect, test } from 'vitest'
import { readProduct, wordsOf } from './product.ts'

type Files = ReadonlyMap<string, string>

const product = readProduct()
const withoutSandbox = new Map([...product].filter(([file]) => !file.startsWith('sandbox/')))

/** Files in which a name or a string of the code fits. */
const filesSaying = (pattern: RegExp, files: Files): string[] =>
  [...files]
    .filter(([file, text]) => {
      const { names, strings } = wordsOf(file, text)
      return [...names, ...strings].some((word) => pattern.test(word))
    })
    .map(([file]) => file)

const BENDS = /clock|now\b|_NOW|skip|fake|mock|unsafe|insecure|bypass|disable|test/i

/** Variables, flags and keys of the config that sound as if they bent time or skipped a check. */
const findSwitches = (files: Files): string[] =>
  [...files].flatMap(([file, text]) => {
    const { keys, strings } = wordsOf(file, text)
    const variables = [
      ...strings,
      ...[...text.matchAll(/env\??\.(\w+)/g)].map((match) => match[1] ?? ''),
    ].filter((word) => /^[A-Z]+(_[A-Z0-9]+)+$/.test(word))
    const flags = strings.filter((word) => /^--?[a-z][\w-]*$/.test(word))
    const settings = file.startsWith('config/') ? keys : []
    return [...variables, ...flags, ...settings]
      .filter((word) => BENDS.test(word))
      .map((word) => `${file}: ${word}`)
  })

describe('nothing from outside replaces the clock', () => {
  test('the prelude is known to the journal, the composition root and the sandbox only', () => {
    const files = filesSaying(/prelude/i, product)
    expect(files.filter((file) => !/^(journal|sandbox)\/|^app\.ts$/.test(file))).toEqual([])
  })

  test('the environment is read by the process only, and handed down as a value', () => {
    const files = [...withoutSandbox]
      .filter(([, text]) => /process\s*(\.\s*env|\[)/.test(text))
      .map(([file]) => file)
    expect(files.filter((file) => !/^main\.ts$|^cli\//.test(file))).toEqual([])
  })

  test('no variable, flag or key sounds as if it bent time or skipped a check', () => {
    expect(findSwitches(withoutSandbox)).toEqual([])
  })

  test('what is planted is found', () => {
    const planted = new Map([
      ['cli/variable.ts', "export const now = (env: Record<string, string>) => env['CURFEW_FAKE_NOW']"],
      ['cli/property.ts', 'export const now = (env: Record<string, string>) => env.CURFEW_SKIP_CHECKS'],
      ['cli/flag.ts', "export const flag = '--skip-checks'"],
      ['config/key.ts', 'export const schema = { disableReadBack: true }'],
      ['cli/fine.ts', "export const fine = ['LOG_LEVEL', '--config', 'skip', 'clock']"],
    ])
    expect(findSwitches(planted)).toEqual([
      'cli/variable.ts: CURFEW_FAKE_NOW',
      'cli/property.ts: CURFEW_SKIP_CHECKS',
      'cli/flag.ts: --skip-checks',
      'config/key.ts: disableReadBack',
    ])
    expect(
      filesSaying(/prelude/i, new Map([['cli/start.ts', 'export const x = { prelude: 1 }']])),
    ).toHaveLength(1)
  })
})
