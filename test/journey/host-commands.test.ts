/** Operators and approvers on the host, beside a running bot: what they may do there, and what the thread says of it. */
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run as approve } from '../../src/cli/approve.ts'
import type { CliCommand, CliInput } from '../../src/cli/cli-command.ts'
import { run as freeze } from '../../src/cli/freeze.ts'
import { run as requests } from '../../src/cli/requests.ts'
import { run as thaw } from '../../src/cli/thaw.ts'
import { type Bench, READONLY, startBench, WRITER } from '../fixtures/run-bot.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const USER = userInfo().username
/** Who this process is: their address, and who they are in Slack, whose stand-in makes ids of names. */
const linkTo = (name: string, slack = `U0${name.toUpperCase()}`.padEnd(10, '0')): string =>
  `people: [{ email: ${name}@acme.test, host: "${USER}", slack: ${slack} }]\n`

let bench: Bench
let config = ''
beforeAll(async () => {
  bench = await startBench({
    config: (yaml) => {
      config = yaml
      return `${linkTo('bob')}${yaml}`
    },
  })
})
afterAll(() => bench?.stop())

/** As a process of its own, like an operator runs it; answers what it prints. */
const curfew = async (...args: string[]): Promise<string> => {
  const { PATH = '', HOME = '' } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', MAIN, ...args], {
    env: { PATH, HOME, ...bench.env },
  })
  return stdout
}

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}
const commands: Readonly<Record<string, CliCommand>> = { approve, freeze, thaw, requests }
/** The same in this process, which is faster. */
const run = async ([name = '', ...args]: readonly string[], more: CliInput['env'] = {}): Promise<Ran> => {
  const said = { out: '', err: '' }
  const keep = (where: 'out' | 'err') => ({
    write: (text: string): void => {
      said[where] += text
    },
  })
  const env = { ...bench.env, ...more }
  const code = await commands[name]?.({ args, env, out: keep('out'), err: keep('err') })
  return { code: code ?? -1, ...said }
}
/** With another file than the bot has. */
const runWith = async (yaml: string, ...args: string[]): Promise<Ran> => {
  const file = join(bench.folder, 'other.yaml')
  await writeFile(file, yaml)
  return run(args, { CURFEW_CONFIG: file })
}

it('a revoke on the host ends SQL access, and the thread says who did it', { timeout: 60_000 }, async () => {
  const id = await bench.give('ana', `${READONLY} 1h because of INC-42`)
  expect(await bench.orders.canRead('ana')).toBe(true)
  expect(await curfew('who', 'ana@acme.test')).toContain(`${id}  active  ana@acme.test`)

  expect(await curfew('revoke', id, 'laptop', 'was', 'stolen')).toContain(`${id}: Revoked`)
  // The bot hears of it by its sweep, so it may be seconds late.
  await bench.untilLine(id, 'read back, the access is gone.', 20_000)
  expect(await bench.orders.canRead('ana')).toBe(false)
  expect(bench.lines(id)).toContainEqual(
    expect.stringMatching(/^Revoked by .+ \(on the host\)\. Reason: laptop was stolen$/),
  )
  expect(await curfew('verify')).toMatch(/^Whole: /)
})

it('what is frozen gives nothing new, ends all the same, and says why', { timeout: 60_000 }, async () => {
  const ready = async () => {
    const response = await fetch(`${bench.bot().origin}/readyz`)
    return { status: response.status, ...((await response.json()) as object) }
  }
  const inAudit = (words: string) =>
    bench.slack.waitFor(() => bench.slack.messages('audit').some((one) => bench.shown(one).includes(words)), {
      timeoutMs: 20_000,
      what: words,
    })
  const [holder, who] = [await bench.newPerson(), await bench.newPerson()]
  const active = await bench.give(holder)
  const id = await bench.ask(who)
  const said = 'Frozen: nothing new is given, and what runs ends as agreed. End it: curfew thaw\n'
  expect(await run(['freeze', 'a', 'break-in', '<!channel>'])).toEqual({ code: 0, out: said, err: '' })

  const frozen = `It was frozen by ${USER} (on the host): a break-in <!channel>`
  expect(await bench.press('bob', 'Approve', id)).toContain(frozen)
  expect(await bench.type(who, `request ${READONLY} 1h because of INC-43`)).toContain(frozen)
  expect((await run(['approve', id])).err).toContain('It was frozen by')
  await bench.slack.openHome({ user: who })
  await bench.untilHome(who, `Nothing new is given at present. ${frozen}`)
  expect(await ready()).toEqual({ status: 200, ready: true, frozen: true, doubts: [] })
  expect((await run(['requests'])).err).toMatch(
    /^Frozen since 20\S*Z\. It was frozen by .* \(on the host\): a break-in <!channel>\n$/,
  )
  expect((await run(['freeze'])).err).toBe(
    `Not done: Curfew is frozen already, by ${USER} (on the host). End that: curfew thaw\n`,
  )
  expect(await bench.type(holder, `done ${active}`)).toContain('Given back')
  await bench.untilLine(active, 'read back, the access is gone.')
  await inAudit(`Frozen by ${USER} (on the host): nothing new is given, and all that runs ends as agreed.`)

  expect(await run(['thaw', '--json'])).toEqual({ code: 0, out: '{"did":"thaw"}\n', err: '' })
  expect((await run(['thaw'])).err).toBe('Not done: Curfew is not frozen.\n')
  expect(await ready()).toMatchObject({ status: 200, frozen: false })
  expect(await bench.press('bob', 'Approve', id)).toContain('the access is being given')
  await bench.untilLine(id, 'Access is given')
  await inAudit(`Thawed by ${USER} (on the host)`)
  expect(
    bench.slack.messages('audit').filter((one) => /(Frozen|Thawed) by/.test(bench.shown(one))),
  ).toHaveLength(2)
})

describe('an approval on the host', () => {
  it('of a linked approver gives SQL access, and is one of the quorum', { timeout: 60_000 }, async () => {
    const who = await bench.newPerson()
    const id = await bench.ask(who, `${WRITER} 1h because of INC-42`)
    expect(await run(['approve', id])).toEqual({
      code: 0,
      out: `${id}: Approval recorded; it waits for another approver.\n`,
      err: '',
    })
    // The same human, by the address that both identities have.
    expect(await bench.press('bob', 'Approve', id)).toContain('You have approved this already')
    expect(await run(['approve', id])).toMatchObject({
      code: 1,
      err: expect.stringContaining('You have approved this already'),
    })
    expect(await bench.press('cy', 'Approve', id)).toContain('the access is being given')
    await bench.untilLine(id, 'Access is given', 20_000)
    expect(await bench.orders.canRead(who)).toBe(true)
    expect(bench.lines(id)).toContainEqual(`Approved by ${USER} (on the host) (2 approvals are needed).`)
    await bench.type(who, 'done')
  })

  it('is refused to who is not linked, with the line to paste', async () => {
    const id = await bench.ask(await bench.newPerson())
    const named = config.replaceAll('approvers: [', `approvers: ["host:${USER}", `)
    for (const yaml of [config, named])
      expect(await runWith(yaml, 'approve', id)).toEqual({
        code: 1,
        out: '',
        err: `Not done: Curfew does not know who ${USER} (on the host) is. Say so in the config, under people: \`- { email: YOU@YOUR.DOMAIN, host: ${USER} }\`\n`,
      })
    // Who could be the requester, for all that anybody has stated; the address leads to whom that probably is.
    const half = `people: [{ email: bob@acme.test, host: "${USER}" }]\n`
    expect((await runWith(half + config, 'approve', id)).err).toContain(
      `You act from host, and the config does not say who you are in slack: an operator can, once they have made sure that slack:U0BOB00000 is you, under people: { email: bob@acme.test, host: ${USER}, slack: U0BOB00000 }.`,
    )
    expect(
      (await bench.events()).some(({ type, record }) => type === 'approved' && record === `r:${id}`),
    ).toBe(false)
  })

  it(
    'is refused of one’s own, of who is no approver, and while Redis is unsafe',
    { timeout: 30_000 },
    async () => {
      const who = await bench.newPerson()
      const id = await bench.ask(who)
      const own = config.replace('approvers: [', `approvers: [${who}@acme.test, `)
      expect((await runWith(linkTo(who) + own, 'approve', id)).err).toContain(
        'Nobody approves their own request, operators included.',
      )
      // An operator of the host is no approver by that.
      expect((await runWith(linkTo('olga') + config, 'approve', id)).err).toContain(
        'You are not an approver of this request. It can be decided by: bob@acme.test, cy@acme.test.',
      )
      const redis = new Redis({ path: bench.redis.path })
      await redis.config('SET', 'maxmemory-policy', 'allkeys-lru')
      expect((await run(['approve', id])).err).toMatch(
        /^Not done: Curfew gives nothing at the moment: .*noeviction/,
      )
      await redis.config('SET', 'maxmemory-policy', 'noeviction')
      redis.disconnect()
      expect(await run(['approve', id, '--json'])).toMatchObject({
        code: 0,
        out: `${JSON.stringify({ id, did: 'approve', waits: false })}\n`,
      })
      await bench.untilLine(id, 'Access is given', 20_000)
      expect(await run(['approve', id])).toMatchObject({
        code: 1,
        err: expect.stringContaining('already approved'),
      })
      expect((await run(['approve'])).err).toBe(
        'Not done: Say which request: curfew approve R-7K3QX9 See them: curfew requests --all\n',
      )
    },
  )

  it(
    'counts for nothing where the bot’s own config does not know who that is',
    { timeout: 60_000 },
    async () => {
      const id = await bench.ask(await bench.newPerson())
      await bench.writeConfig(config)
      process.kill(bench.bot().pid(), 'SIGHUP')
      await expect
        .poll(() => bench.bot().errors(), { timeout: 10_000 })
        .toContain('The config was read again.')
      expect((await runWith(linkTo('bob') + config, 'approve', id)).code).toBe(0)
      await bench.untilLine(id, 'no longer counts as an approver; ask again', 20_000)
      expect(await curfew('verify')).toMatch(/^Whole: /)
    },
  )
})
