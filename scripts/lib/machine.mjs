/** What kind of machine this is, which decides whether system packages may be installed. */
import { existsSync } from 'node:fs'

export const isRoot = process.getuid?.() === 0

export const inCi = !['', '0', 'false'].includes(process.env.CI ?? '')

/** A machine that nobody lives on: installing a package there surprises no one. */
export const isDisposable =
  inCi ||
  existsSync('/.dockerenv') ||
  existsSync('/run/.containerenv') ||
  'container' in process.env ||
  'KUBERNETES_SERVICE_HOST' in process.env
