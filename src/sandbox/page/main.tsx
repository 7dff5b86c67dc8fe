/** The page of the sandbox: a local Slack in which one can be anybody. */
import { render } from 'preact'
import { App } from './app.tsx'

const root = document.getElementById('page')
if (root !== null) {
  root.textContent = ''
  render(<App />, root)
}
