/**
 * Prints the recipe for the server that answers, leaving out roles that are there already. Called for
 * `doctor --setup` and by the sandbox with an administrator's URL; it reads and never runs the recipe.
 */
import { Fault } from '../../domain/fault.ts'
import { writeRecipe } from './recipe.ts'
import type { Session } from './session.ts'
import { adminRole, botLogin, ownRole, type Settings } from './settings.ts'

interface Found {
  readonly existing: readonly string[]
  /** The URL is not the bot's but of somebody who makes roles. */
  readonly administrator: boolean
}

const FIND = `
SELECT ARRAY(SELECT rolname::text FROM pg_roles WHERE rolname = ANY($1::text[])) AS existing,
       (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = session_user) AS administrator`

/** Opens a session for one use of it. */
export type Ask = <T>(use: (session: Session) => Promise<T>) => Promise<T>

/**
 * The recipe as text. `ask` opens a session; where nobody answers it, or the login does not exist yet, the form for
 * 16 and newer is printed and says so. An administrator's URL in the settings makes the bot `<handlePrefix>bot`;
 * where only `ask` is the administrator's, the bot is who the settings say.
 */
export const setup = async (settings: Settings, ask: Ask, asAdmin = false): Promise<string> => {
  const admin = adminRole(settings)
  const roles = [...new Set(Object.values(settings.roles).map((role) => role.memberOf))].map((memberOf) => ({
    own: ownRole(settings, memberOf),
    memberOf,
  }))
  const login = botLogin(settings)
  const bots = [login, `${settings.handlePrefix}bot`] as const
  try {
    return await ask(async (session) => {
      const names = [admin, ...bots, ...roles.map((role) => role.own)]
      const [found] = await session.read<Found>(FIND, [names])
      const bot = found?.administrator && !asAdmin ? bots[1] : bots[0]
      return writeRecipe({
        version: session.version,
        admin,
        bot,
        roles,
        existing: new Set(found?.existing ?? []),
      })
    })
  } catch (thrown) {
    if (asAdmin || !(thrown instanceof Fault)) throw thrown
    return writeRecipe({ admin, bot: login, roles, existing: new Set() })
  }
}
