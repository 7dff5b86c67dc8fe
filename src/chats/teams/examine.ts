/** What `doctor` finds about Teams: the credentials, and every channel Curfew is to write in. Only reads. */
import { asFault } from '../../domain/fault.ts'
import type { Place } from '../../domain/model.ts'
import type { Call } from '../../ports.ts'
import type { Connector } from './connector.ts'
import type { FetchToken } from './fetch-token.ts'

interface Examined {
  readonly connector: Connector
  readonly token: FetchToken
  readonly scope: string
}

/** The roster shows whether the app is there. */
const examineChannel = async (connector: Connector, id: string, { signal }: Call): Promise<void> => {
  const path = ['conversations', id, 'pagedmembers']
  await connector({ writes: false, about: id, method: 'GET', path, query: { pageSize: '50' }, signal })
}

/** One line per problem, each saying what to do; faults become lines, too. */
export const examine = async (
  { connector, token, scope }: Examined,
  places: readonly Place[],
  call: Call,
): Promise<readonly string[]> => {
  const asLine = (thrown: unknown): readonly string[] => [asFault(thrown).message]
  try {
    await token(scope, call.signal)
    const channels = new Set(places.flatMap((place) => (place.kind === 'dm' ? [] : [place.to])))
    const lines = await Promise.all(
      [...channels].map((id) =>
        examineChannel(connector, id, call).then((): readonly string[] => [], asLine),
      ),
    )
    return [...new Set(lines.flat())]
  } catch (thrown) {
    return asLine(thrown)
  }
}
