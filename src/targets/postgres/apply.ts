/**
 * Runs the recipe as an administrator, in one transaction, with the password that the bot's URL already has. Called by
 * `doctor --apply` alone, after somebody has read the recipe and said yes.
 */
import { fillIn } from './recipe.ts'
import type { Settings } from './settings.ts'
import { type Ask, setup } from './setup.ts'

export const apply = async (settings: Settings, ask: Ask): Promise<void> => {
  const recipe = await setup(settings, ask, true)
  const password = decodeURIComponent(new URL(settings.url).password)
  await ask((session) => session.write(fillIn(recipe, password)))
}
