/** `curfew schema`: the JSON Schema of curfew.yaml, for editors: `# yaml-language-server: $schema=curfew.schema.json`. */
import { jsonSchema } from '../config/json-schema.ts'
import { registry } from '../registry.ts'
import { type CliCommand, DONE } from './cli-command.ts'

export const run: CliCommand = async ({ out }) => {
  out.write(`${JSON.stringify(jsonSchema(registry), null, 2)}\n`)
  return DONE
}
