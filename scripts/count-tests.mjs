/**
 * Prints `N passed, N failed` from the JSON report of a test run; .ci/run ends with it.
 * Arguments: the report, the run's exit code, and how many steps outside the tests have failed.
 */
import { existsSync, readFileSync } from 'node:fs'
import { say } from './lib/run.mjs'

const [, , report, exitCode = '0', otherFailures = '0'] = process.argv

/** A file that did not even load has no tests and counts as one failure. */
const count = ({ numPassedTests, numFailedTests, testResults }) => {
  const unloaded = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  )
  return { passed: numPassedTests, failed: numFailedTests + unloaded.length }
}

const { passed, failed } = existsSync(report)
  ? count(JSON.parse(readFileSync(report, 'utf8')))
  : { passed: 0, failed: 1 }
/** A run that broke off, or an error outside every test: the exit code alone tells. */
const unexplained = failed === 0 && (exitCode !== '0' || passed === 0) ? 1 : 0
const failures = failed + unexplained + Number(otherFailures)

say(`${passed} passed, ${failures} failed`)
if (failures > 0) process.exitCode = 1
