/** One thread of `checkInThreads`: answers its questions in turn. */
import { parentPort, workerData } from 'node:worker_threads'
import { makeChecker } from './check-entries.ts'
import type { Question } from './checkers.ts'

const checker = makeChecker((workerData as { key: string }).key)

parentPort?.on('message', (question: Question) => {
  parentPort?.postMessage(
    question.ask === 'check' ? checker.check(question.page) : checker.compare(...question.stored),
  )
})
