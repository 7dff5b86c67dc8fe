/**
 * PostgreSQL for the tests and the sandbox comes with the development dependencies; nothing to do for a person.
 * In CI the oldest version that Curfew supports must be there as well, so that both are tested.
 */
import { existsSync } from 'node:fs'
import { inCi, isRoot } from './machine.mjs'
import { installPackage } from './packages.mjs'
import { say } from './run.mjs'

const OLDEST = '15'
const folder = `/usr/lib/postgresql/${OLDEST}/bin`

/** @returns {string[] | undefined} what is wrong, in CI only */
export const preparePostgres = () => {
  if (!inCi || existsSync(`${folder}/postgres`)) return undefined
  if (!isRoot) return [`postgresql: ${folder} is missing, and only root can install it in CI.`]
  say(`postgresql: installing version ${OLDEST} beside the embedded one`)
  const problem = installPackage({ 'apt-get': `postgresql-${OLDEST}` })
  return problem === undefined
    ? undefined
    : [`postgresql: version ${OLDEST} could not be installed.`, problem]
}
