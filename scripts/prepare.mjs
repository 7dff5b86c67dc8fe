/**
 * Makes this checkout and this machine ready for tests and the sandbox, and does only what is missing.
 * `npm test`, `npm run sandbox` and `npm run check` call it first; `--install` allows system packages (as root), `--tests`
 * brings what only the tests need.
 * It never uses sudo.
 */
import { prepareChromium } from './lib/chromium.mjs'
import { prepareModules } from './lib/modules.mjs'
import { preparePostgres } from './lib/postgres.mjs'
import { prepareRedis } from './lib/redis.mjs'
import { say, seconds, stop } from './lib/run.mjs'

const OLDEST_NODE = [20, 19]

const startedMs = performance.now()
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]))
  stop(`Curfew needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node}.`)

const install = process.argv.includes('--install')
const problems = prepareModules() ?? [
  ...(prepareRedis({ install }) ?? []),
  ...(preparePostgres() ?? []),
  ...((process.argv.includes('--tests') && prepareChromium({ install })) || []),
]
if (problems.length > 0) stop(...problems)
say(`ready (${seconds(startedMs)})`)
