/** What `init` asks about a first target of kind `postgres`, and the settings it writes for it. */
import { stringify } from 'yaml'
import type { TargetStarter } from '../../ports.ts'
import { settings } from './settings.ts'

const sample = (host: string) => ({ url: `postgresql://curfew_bot:password@${host}/postgres` })
const HINT = 'Write the name of a role as the server has it, such as orders_reader.'

const flow = (value: object): string => stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()

/** By the very shape that reads it later. */
const judgeRole = (memberOf: string) => {
  const roles = { role: { memberOf } }
  const parsed = settings.safeParse({ kind: 'postgres', ...sample('db.example.com'), roles })
  return parsed.success
    ? undefined
    : { says: `“${memberOf}”: ${parsed.error.issues[0]?.message}.`, hint: HINT }
}

export const starter: TargetStarter = {
  sample,
  questions: [
    {
      key: 'member-of',
      asks: 'Which role of the server do people get for a while (it exists already)',
      byDefault: 'orders_reader',
      judge: judgeRole,
    },
  ],
  write: (answers, { role, variable }) => ({
    lines: [
      ['kind: postgres'],
      [`url: \${${variable('URL')}}`, "the bot's own login: a secret, so it comes from the environment"],
      ['account: "{email.local}"', 'who a person is there: ana@acme.test is ana'],
      ['roles:'],
      [
        `  ${stringify(role).trim()}: ${flow({ memberOf: answers['member-of'] })}`,
        'yours; Curfew never changes it',
      ],
    ],
    variables: [
      {
        name: variable('URL'),
        says: "The bot's own login, like postgresql://curfew_bot:password@db.example.com:5432/orders?sslmode=verify-full. It need not exist yet: think of a password, and `curfew doctor --setup` prints how to make it.",
      },
    ],
  }),
}
