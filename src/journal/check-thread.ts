/** One thread of `checkInThreads`: answers its questions in turn. */
import { parentPort, workerData } from 'node:worker_threads'
import { makeChecker } from './check-entries.ts'
import type { Question } from './checkers.ts'

const checker = makeChecker((workerData as { key: string }).key)

const answer = (question: Question): unknown => {
  switch (question.ask) {
    case 'begin':
      return checker.begin(...question.known)
    case 'check':
      return checker.check(question.page)
    case 'seal':
      return checker.seal(question.rows)
    case 'beyond':
      return checker.beyond()
    case 'compare':
      return checker.compare(...question.stored)
    default:
      return question satisfies never
  }
}

parentPort?.on('message', (question: Question) => parentPort?.postMessage(answer(question)))
