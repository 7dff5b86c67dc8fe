/**
 * What every kind of target must do, as one suite over a descriptor. Access is always tried as the person, on a fresh
 * connection with their own credentials: what a target says about itself proves nothing.
 */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Fault } from '../../src/domain/fault.ts'
import type { Access, Account, RequestId, RoleName, TargetName } from '../../src/domain/model.ts'
import { isRefusal } from '../../src/domain/refusal.ts'
import { makeLog } from '../../src/infra/log.ts'
import type { Call, Target, TargetKind, TargetSettings, Tools } from '../../src/ports.ts'

/** A real system with one role that can be had, started for one suite. */
export interface TargetStage {
  /** As an operator writes them. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly role: RoleName
  /** Somebody who exists there and can do nothing yet. */
  newAccount(): Promise<Account>
  /** Tries what the role allows as the person, for real. */
  can(access: Access, target: Target): Promise<boolean>
  /** The same access by other hands: what Curfew must leave alone. */
  giveByHand(access: Access): Promise<void>
  /** Everything that grants and revokes could change, in a form that compares. */
  snapshot(): Promise<unknown>
  /** Puts another system behind the same settings; the answer puts the first one back. */
  swap(): Promise<() => Promise<void>>
  stop(): Promise<void>
}

export interface TargetDescriptor<S extends TargetSettings = TargetSettings> {
  readonly name: string
  readonly kind: TargetKind<S>
  /** A login is made for each access; nobody exists before. */
  readonly makesLogins?: true
  start(): Promise<TargetStage>
}

export const quietTools: Tools = {
  log: makeLog({ level: 'silent' }),
  clock: {
    monotonicMs: () => performance.now(),
    after: (ms, run) => {
      const timer = setTimeout(run, ms).unref()
      return () => clearTimeout(timer)
    },
  },
}

/** A call that may land within `ms`. */
export const makeCall = (ms = 10_000, signal = new AbortController().signal): Call => {
  const end = performance.now() + ms
  const [now, left] = [Date.now(), () => end - performance.now()]
  return { signal, notAfter: now + ms, left, key: 'test', endsAt: now + 3_600_000 }
}

/** What the service records: the access as it was resolved. Fails the test on a refusal. */
export const resolveAccess = async (
  target: Target,
  role: RoleName,
  account: Account,
  request = 'R-TEST00',
): Promise<Access> => {
  const found = await target.resolve({ role, account, request: request as RequestId }, makeCall())
  if (isRefusal(found)) throw new Error(`refused: ${found.says}`)
  return { traits: target.traits, ...found, target: 'it' as TargetName }
}

/** Every person has one request. */
const requestOf = (account: Account): string =>
  `R-${createHash('sha256').update(account).digest('hex').slice(0, 6).toUpperCase()}`

/** The fault that a promise rejects with; anything else fails the test. */
export const faultOf = async (promise: Promise<unknown>): Promise<Fault> => {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(thrown).toBeInstanceOf(Fault)
  return thrown as Fault
}

export const listAll = async (target: Target) => {
  const all = []
  for await (const one of target.list(makeCall())) all.push(one)
  return all
}

export const openSockets = (): number =>
  process.getActiveResourcesInfo().filter((one) => /Pipe|TCP|TLS|UDP/.test(one)).length

export const describeTarget = <S extends TargetSettings>(descriptor: TargetDescriptor<S>): void => {
  describe(`target ${descriptor.name}`, () => {
    let stage: TargetStage
    let settings: S
    let target: Target
    const ask = async (account?: Account): Promise<Access> => askFor(account ?? (await stage.newAccount()))
    const askFor = (account: Account) => resolveAccess(target, stage.role, account, requestOf(account))
    const look = async (access: Access) => {
      const { ours, others } = await target.inspect(access, makeCall())
      return { ours, others, can: await stage.can(access, target) }
    }
    const NOTHING = { ours: 'absent', others: 'absent', can: false }
    const GIVEN = { ours: 'present', others: 'absent', can: true }

    beforeAll(async () => {
      stage = await descriptor.start()
      settings = descriptor.kind.settings.parse(stage.settings)
      target = descriptor.kind.connect('it', settings, quietTools)
    })
    afterAll(async () => {
      await target?.close()
      await stage?.stop()
    })

    it('takes its settings strictly', () => {
      expect(descriptor.kind.settings.safeParse({ ...stage.settings, colour: 'red' }).success).toBe(false)
      expect(Object.keys(descriptor.kind.seatHints(settings))).toEqual(Object.keys(settings.roles))
    })

    it('resolves without writing, to the same seat each time', async () => {
      const account = await stage.newAccount()
      const before = await stage.snapshot()
      const [first, second] = [await ask(account), await ask(account)]
      expect(await stage.snapshot()).toEqual(before)
      expect(second).toEqual(first)
      expect(first.fingerprint).toBe(await target.fingerprint(makeCall()))
      expect((await ask()).seat).not.toBe(first.seat)
    })

    it('refuses roles that do not exist, and accounts unless it makes them', async () => {
      const account = await stage.newAccount()
      const refusal = async (role: string, who: string) =>
        target.resolve(
          { role: role as RoleName, account: who as Account, request: 'R-TEST00' as RequestId },
          makeCall(),
        )
      expect(await refusal('nonesuch', account)).toMatchObject({ refused: 'unknown-entitlement' })
      for (const nobody of ['nonesuch', '', 'a'.repeat(300), 'x\0y', `${account}"; --`])
        expect(await refusal(stage.role, nobody)).toMatchObject(
          descriptor.makesLogins
            ? { made: expect.stringMatching(/^curfew_[a-z0-9_]{1,20}_test00$/) }
            : { refused: 'no-account' },
        )
    })

    it('gives to one account alone, and takes it away again', async () => {
      const [access, bystander] = [await ask(), await ask()]
      expect(await look(access)).toEqual(NOTHING)
      await target.grant(access, makeCall())
      expect(await look(access)).toEqual(GIVEN)
      expect(await look(bystander)).toEqual(NOTHING)
      await target.revoke(access, makeCall())
      expect(await look(access)).toEqual(NOTHING)
    })

    it('gives twice as once', async () => {
      const access = await ask()
      await target.grant(access, makeCall())
      await target.grant(access, makeCall())
      expect(await look(access)).toEqual(GIVEN)
      await target.revoke(access, makeCall())
      expect(await look(access)).toEqual(NOTHING)
    })

    it('takes twice, and takes what was never given, without a fault', async () => {
      const access = await ask()
      await target.revoke(access, makeCall())
      await target.grant(access, makeCall())
      await target.revoke(access, makeCall())
      await target.revoke(access, makeCall())
      expect(await look(access)).toEqual(NOTHING)
    })

    it('gives nothing when the call comes late or was stopped', async () => {
      const access = await ask()
      const before = await stage.snapshot()
      for (const call of [makeCall(0), makeCall(-60_000), makeCall(10_000, AbortSignal.abort())])
        expect((await faultOf(target.grant(access, call))).kind).toBe('retry')
      expect(await stage.snapshot()).toEqual(before)
      expect(await look(access)).toEqual(NOTHING)
    })

    it('touches nothing when another system stands behind the same settings', async () => {
      const [given, wanted] = [await ask(), await ask()]
      await target.grant(given, makeCall())
      const putBack = await stage.swap()
      try {
        expect(await target.fingerprint(makeCall())).not.toBe(given.fingerprint)
        const before = await stage.snapshot()
        for (const access of [given, wanted]) {
          for (const does of [target.grant, target.revoke, target.inspect])
            expect((await faultOf(does(access, makeCall()))).kind).toBe('permanent')
        }
        expect(await stage.snapshot()).toEqual(before)
      } finally {
        await putBack()
      }
      expect(await look(given)).toEqual(GIVEN)
      await target.revoke(given, makeCall())
      expect(await look(given)).toEqual(NOTHING)
    })

    const theirs = async () => {
      const access = await ask()
      await stage.giveByHand(access)
      expect(await look(access)).toEqual({ ours: 'absent', others: 'present', can: true })
      await target.grant(access, makeCall())
      expect(await look(access)).toEqual({ ours: 'present', others: 'present', can: true })
      await target.revoke(access, makeCall())
      expect(await look(access)).toEqual({ ours: 'absent', others: 'present', can: true })
      expect((await target.inspect(access, makeCall())).note).toContain(access.account)
    }
    const made = async () => {
      const access = await ask()
      await target.grant(access, makeCall())
      await stage.giveByHand(access)
      expect(await look(access)).toEqual({ ours: 'present', others: 'present', can: true })
      expect((await target.inspect(access, makeCall())).note).toContain(access.made)
      await target.revoke(access, makeCall())
      expect(await look(access)).toEqual(NOTHING)
    }
    if (descriptor.makesLogins) it('takes all that anybody gave to a login it made', made)
    else it('leaves alone what others gave, and names it', theirs)

    it('lists everything under its handles, so that an orphan can be taken away', async () => {
      const access = await ask()
      await target.grant(access, makeCall())
      const listed = await listAll(target)
      const orphan = listed.find((one) => one.seat === access.seat)
      expect(orphan).toEqual({
        seat: access.seat,
        handle: access.handle,
        account: access.account,
        ours: true,
        // A login that was made needs no path to it, and has traits of its own.
        ...(descriptor.makesLogins
          ? { traits: access.traits }
          : { note: expect.stringContaining(access.account) }),
      })
      await target.revoke({ ...access, handle: orphan?.handle ?? null }, makeCall())
      expect(await look(access)).toEqual(NOTHING)
      expect((await listAll(target)).map((one) => one.seat)).not.toContain(access.seat)
    })

    const besides = async (): Promise<void> => {
      const [ours, both, standing, nobody] = [await ask(), await ask(), await ask(), await ask()]
      const of = async (access: Access) =>
        (await listAll(target)).filter((one) => one.seat === access.seat).map(({ ours }) => ours)
      for (const access of [ours, both]) await target.grant(access, makeCall())
      for (const access of [both, standing]) await stage.giveByHand(access)
      const found = (await listAll(target)).find((one) => one.seat === standing.seat)
      expect(found).toMatchObject({ account: standing.account, handle: standing.handle, ours: false })
      expect(found?.note).toContain(standing.account)
      expect([await of(ours), await of(both), await of(standing), await of(nobody)]).toEqual([
        [true],
        [true, false],
        [false],
        [],
      ])
      for (const access of [ours, both]) await target.revoke(access, makeCall())
      expect(await of(both)).toEqual([false])
      const before = await stage.snapshot()
      await listAll(target)
      expect(await stage.snapshot()).toEqual(before)
    }
    const onlyMade = async (): Promise<void> => {
      const [given, nobody] = [await ask(), await ask()]
      await target.grant(given, makeCall())
      await stage.giveByHand(given)
      const seats = (await listAll(target)).map((one) => one.seat)
      expect(seats.filter((seat) => seat === given.seat || seat === nobody.seat)).toEqual([given.seat])
      await target.revoke(given, makeCall())
      expect((await listAll(target)).map((one) => one.seat)).not.toContain(given.seat)
    }
    if (descriptor.makesLogins) it('lists each login that it made once, whatever others gave it', onlyMade)
    else it('lists who has the same by other hands, beside what is ours, and each once', besides)

    it('finds nothing wrong with what its own recipe set up', async () => {
      expect(await target.examine(makeCall())).toEqual([])
      expect(await target.setup(makeCall())).toMatch(/\S/)
    })

    it('faults on a handle that is not its own', async () => {
      const access = { ...(await ask()), handle: { kind: 'something else' } }
      for (const does of [target.grant, target.revoke, target.inspect])
        expect((await faultOf(does(access, makeCall()))).kind).toBe('permanent')
    })

    it('leaves no connection open, and none is made after the end', async () => {
      const before = openSockets()
      const other = descriptor.kind.connect('it', settings, quietTools)
      await Promise.all([other.fingerprint(makeCall()), other.examine(makeCall())])
      await other.close()
      await other.close()
      expect(openSockets()).toBe(before)
      expect((await faultOf(other.fingerprint(makeCall()))).kind).toBe('retry')
    })
  })
}
