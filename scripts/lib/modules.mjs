/** The packages in node_modules, as package-lock.json wants them. */
import { existsSync, statSync } from 'node:fs'
import { at, run, say } from './run.mjs'

/** @returns {string[] | undefined} what went wrong */
export const prepareModules = () => {
  if (!isOutdated()) return undefined
  say('packages: npm ci')
  const { ok, output } = run('npm', ['ci', '--no-audit', '--no-fund'])
  return ok ? undefined : ['packages: npm ci failed.', output]
}

/** npm writes this file at the end of an installation. */
const isOutdated = () => {
  const installed = at('node_modules', '.package-lock.json')
  return !existsSync(installed) || statSync(installed).mtimeMs < statSync(at('package-lock.json')).mtimeMs
}
