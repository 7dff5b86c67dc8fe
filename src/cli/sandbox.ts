/** `curfew sandbox`: the product with no chat account; its code is only loaded here. */
import { type CliCommand, REFUSED } from './cli-command.ts'

export const run: CliCommand = async (input) => {
  if (input.env.NODE_ENV === 'production') {
    input.err.write('The sandbox is not for production: unset NODE_ENV.\n')
    return REFUSED
  }
  const { playJourney } = await import('../sandbox/play-journey.ts')
  return playJourney(input)
}
