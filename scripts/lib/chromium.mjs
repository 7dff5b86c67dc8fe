/** Chromium for the tests of the sandbox's page; the sandbox itself opens in whatever browser a person has. */
import { existsSync } from 'node:fs'
import { isDisposable, isRoot } from './machine.mjs'
import { installPackage } from './packages.mjs'
import { onPath, say } from './run.mjs'

/** On the PATH, or where it usually stands. */
const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** @returns {string | undefined} a Chromium or Chrome of this machine */
export const findChromium = () =>
  process.env.CHROMIUM ?? programs.map(onPath).find(Boolean) ?? places.find(existsSync)

/**
 * @param {{ install: boolean }} asked whether a person asked for system packages
 * @returns {string[] | undefined} what a person can do about it, if there is none
 */
export const prepareChromium = ({ install }) => {
  if (findChromium()) return undefined
  const problem = isRoot && (isDisposable || install) ? installed() : 'not installed'
  return problem === undefined
    ? undefined
    : [
        'chromium: there is none for the tests of the sandbox’s page.',
        `  ${problem.trim().split('\n').slice(-3).join('\n  ')}`,
        'Any of these mends it:',
        '  sudo apt-get install chromium          Debian, Ubuntu',
        '  sudo dnf install chromium              Fedora',
        '  npm run prepare-machine -- --install   as root: installs the package itself',
        '  CHROMIUM=/path/to/a/chromium           any Chromium or Chrome that is there already',
      ]
}

const installed = () => {
  say('chromium: installing the system package')
  return installPackage({ 'apt-get': 'chromium', apk: 'chromium', dnf: 'chromium' })
}
