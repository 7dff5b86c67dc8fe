/** What ids of Teams name. Called by the config for every reference, so by their form alone. */

const GUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
/** As Entra shows them, in lower case: one id must not be written in two ways. */
const PERSON = new RegExp(`^${GUID}$`)
/** Channels, standard and private, and group chats. */
const CONVERSATION = /^19:[^\s;/]{1,200}@thread\.(?:tacv2|skype|v2)$/
const TEAM = /^team\/(19:[^\s;/]{1,200}@thread\.(?:tacv2|skype))$/
const ENTRA = new RegExp(`^group/(${GUID})$`)

/** The people of a team, as a reference. */
export const teamRef = (team: string): string => `teams:team/${team}`

/** `6f0e…` is a person, `19:…@thread.tacv2` a channel, `team/19:…` the people of a team, `group/6f0e…` an Entra group. */
export const classify = (id: string): 'person' | 'group' | 'channel' | undefined => {
  if (PERSON.test(id)) return 'person'
  if (TEAM.test(id) || ENTRA.test(id)) return 'group'
  return CONVERSATION.test(id) ? 'channel' : undefined
}

/** Where the members of a group are read: a team's roster, or a group of Entra. */
export const readGroupId = (
  id: string,
): { readonly team: string } | { readonly entra: string } | undefined => {
  const [, team] = TEAM.exec(id) ?? []
  if (team !== undefined) return { team }
  const [, entra] = ENTRA.exec(id) ?? []
  return entra === undefined ? undefined : { entra }
}
