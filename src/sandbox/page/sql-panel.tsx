/** The proof: SQL as this person, on the sandbox's real PostgreSQL, with the time their access has left. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { Done, Rows } from '../serve/seen.ts'
import { countdown } from './dates.ts'
import { usePane } from './person.ts'
import { useNow } from './use-now.ts'

const READ = 'SELECT id, customer, item FROM orders ORDER BY id'
const WRITE = 'UPDATE orders SET cents = cents + 100 WHERE id = 1'

const Table = ({ rows: { columns, rows, count, command } }: { rows: Rows }): JSX.Element => (
  <>
    {columns.length > 0 && (
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.join('\u0000')}>
              {row.map((cell, i) => (
                <td key={columns[i]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    )}
    <p class="sql-ok">
      {command}: {count} {count === 1 ? 'row' : 'rows'}
    </p>
  </>
)

const Holdings = (): JSX.Element => {
  const { frame, seen } = usePane()
  const now = useNow(frame)
  const alive = seen.grants.filter(({ state }) => state !== 'ended')
  if (alive.length === 0) return <p class="quiet">No access through Curfew right now.</p>
  return (
    <ul class="holdings" aria-label="Access now">
      {alive.map(({ id, entitlement, state, endsAt }) => (
        <li key={id}>
          <strong>{entitlement}</strong> {state === 'active' ? 'ends in ' : `${state} `}
          {state === 'active' && <span class="countdown">{countdown(endsAt - now)}</span>}
        </li>
      ))}
    </ul>
  )
}

export const SqlPanel = ({ onClose }: { onClose(): void }): JSX.Element => {
  const { me, seen, act } = usePane()
  const [text, setText] = useState(READ)
  const [done, setDone] = useState<Done | undefined>(undefined)
  const [isBusy, setBusy] = useState(false)
  const run = async (sql: string): Promise<void> => {
    setText(sql)
    setBusy(true)
    setDone(await act({ do: 'sql', text: sql }))
    setBusy(false)
  }
  return (
    <aside class="side sql" aria-label={`SQL as ${me.name}`}>
      <header>
        <h2>orders-db as {me.name}</h2>
        <button type="button" class="button plain" onClick={onClose}>
          Close
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
      <section class="sql-body" tabIndex={0} aria-label="SQL">
        <Holdings />
        {!seen.hasLogin && <p class="quiet">{me.real} has no login in this database.</p>}
        <label>
          <span class="quiet">A real session, opened with {me.name}’s own password each time</span>
          <textarea
            rows={3}
            value={text}
            spellcheck={false}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </label>
        <div class="block-actions">
          <button type="button" class="button primary" disabled={isBusy} onClick={() => void run(text)}>
            Run
          </button>
          <button type="button" class="button" disabled={isBusy} onClick={() => void run(READ)}>
            Read the orders
          </button>
          <button type="button" class="button" disabled={isBusy} onClick={() => void run(WRITE)}>
            Change a price
          </button>
        </div>
        <div aria-live="polite" class="sql-result">
          {done?.ok === false && <p class="error">ERROR: {done.error}</p>}
          {done?.ok && done.rows && <Table rows={done.rows} />}
        </div>
      </section>
    </aside>
  )
}
