/** One operation that is looked at while it runs; figures and traces are each wrapped around it. */
import { asFault } from '../../domain/fault.ts'
import type { RequestId, SeatKey } from '../../domain/model.ts'

export interface Operation {
  readonly part: 'target' | 'chat' | 'journal'
  /** Of the target or the chat. */
  readonly name: string
  /** The verb of the port. */
  readonly does: string
  readonly seat?: SeatKey
  readonly request?: RequestId
  /** This is where the request comes into being. */
  readonly begins?: boolean
  /** One word for an answer that is neither plain success nor a fault. */
  readonly outcome?: (answer: unknown) => string
}

/** Gives the very answer of `run`, or rejects as it does. */
export type Around = <T>(operation: Operation, run: () => Promise<T>) => Promise<T>

/** Runs it and tells how it went in one word: `ok`, what `says` of the answer, or the kind of the fault. */
export const withOutcome = async <T>(
  run: () => Promise<T>,
  tell: (outcome: string) => void,
  says: Operation['outcome'] = () => 'ok',
): Promise<T> => {
  try {
    const answer = await run()
    tell(says(answer))
    return answer
  } catch (thrown) {
    const fault = asFault(thrown)
    tell(fault.paced ? 'paced' : fault.kind)
    throw thrown
  }
}
