/** What somebody who sets Microsoft Teams up needs to know. Ids are copied: a bot may not search a tenant by names. */
import type { ChatStarter } from '../../ports.ts'

export const starter: ChatStarter = {
  finding:
    'In Teams a channel’s id is the part 19:…@thread.tacv2 of what “Get link to channel” copies, with %3a for : and %40 for @.',
  variables: [
    {
      name: 'MicrosoftAppId',
      says: 'The app id of the bot’s registration: portal.azure.com, “Azure Bot”, “Configuration”.',
    },
    {
      name: 'MicrosoftAppPassword',
      says: 'A client secret of it: “Manage password”, “Certificates & secrets”. None with a managed identity.',
    },
    {
      name: 'MicrosoftAppTenantId',
      says: 'Whose people may use Curfew: the tenant id, in the same place.',
    },
    {
      name: 'MicrosoftAppType',
      says: 'SingleTenant where nothing is set; UserAssignedMSI, or MultiTenant for old registrations.',
      optional: true,
    },
    {
      name: 'TEAMS_SERVICE_URL',
      says: 'Another connector than that of the public cloud, such as https://smba.infra.gov.teams.microsoft.us/teams.',
      optional: true,
    },
    {
      name: 'TEAMS_GRAPH_URL',
      says: 'Another Microsoft Graph than that of the public cloud, such as https://graph.microsoft.us.',
      optional: true,
    },
  ],
}
