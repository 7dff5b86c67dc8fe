/**
 * The sabotages: at least one for every promise of docs/promises.md, each one line of the product. Whoever changes such a
 * line moves the sabotage with it; a sabotage that no test notices is a bug of the suite.
 */
import type { Sabotage } from './sabotage.ts'

export const SABOTAGES: readonly Sabotage[] = [
  {
    name: 'the end is armed without the time that giving may take',
    breaks: 2,
    file: 'domain/by-person.ts',
    find: 'endOf(asked, latestAt)',
    replace: 'endOf(asked, now)',
    noticedBy: {
      file: 'test/domain/lifecycle.test.ts',
      title: 'time > arms the end before anything is asked of the target',
    },
  },
  {
    name: 'confirmation may move the end later',
    breaks: 2,
    file: 'domain/settle-seat.ts',
    find: 'Math.min(request.grant.endsAt, endOf(request, world.now))',
    replace: 'endOf(request, world.now) + 60_000',
    noticedBy: {
      file: 'test/domain/lifecycle.test.ts',
      title: 'time > confirmation only moves the end earlier',
    },
  },
  {
    name: 'what is not confirmed in time is left where it is',
    breaks: 2,
    file: 'domain/by-system.ts',
    find: 'if (world.now < grant.giveUpAt) return awaitReview(world)',
    replace: 'if (world.now > 0) return awaitReview(world)',
    noticedBy: {
      file: 'test/domain/lifecycle.test.ts',
      title: 'time > takes back what was not confirmed in time',
    },
  },
  {
    name: 'whoever has the button may approve',
    breaks: 3,
    file: 'domain/by-person.ts',
    find: 'if (standing.approver !== true) return notAnApprover(request, standing.approver)\n  if (world.now',
    replace: 'if (world.now',
    noticedBy: { file: 'test/domain/lifecycle.test.ts', title: 'rights > approve needs an approver' },
  },
  {
    name: 'a decision by the requester counts',
    breaks: 3,
    file: 'domain/by-person.ts',
    find: 'if (isSamePerson(request.requester, by)) return ownRequest()',
    replace: '',
    noticedBy: {
      file: 'test/domain/lifecycle.test.ts',
      title: 'separation of duties > refuses the requester, by identity',
    },
  },
  {
    name: 'an equal address is no reason to refuse',
    breaks: 3,
    file: 'domain/rights.ts',
    find: 'isSelf(a, b) || namesOf(a).some((name) => namesOf(b).includes(name))',
    replace: 'isSelf(a, b)',
    noticedBy: {
      file: 'test/domain/lifecycle.test.ts',
      title: 'separation of duties > refuses an equal address from another identity',
    },
  },
  {
    name: 'one approval is always enough',
    breaks: 3,
    file: 'domain/by-person.ts',
    find: 'request.approvals.length + 1 >= request.quorum',
    replace: 'request.approvals.length + 1 >= 1',
    noticedBy: {
      file: 'test/domain/lifecycle.test.ts',
      title: 'separation of duties > counts one human once towards the quorum',
    },
  },
  {
    name: 'the read-back is skipped: "ended" is said on the word of the target',
    breaks: 4,
    file: 'domain/seat.ts',
    find: "if (event.outcome === 'ok' || !isOwed(seat, event.n)) return rest",
    replace: "if (event.outcome === 'ok' || !isOwed(seat, event.n)) return { ...rest, leaving: [] }",
    noticedBy: {
      file: 'test/domain/seat.test.ts',
      title: 'a grant ends > not by the word of the target',
    },
  },
  {
    name: 'unknown is read as absent',
    breaks: 4,
    file: 'domain/seat.ts',
    find: "seat.seen?.ours === 'absent' &&",
    replace: "seat.seen?.ours !== 'present' &&",
    noticedBy: {
      file: 'test/domain/seat.test.ts',
      title: 'a grant ends > not by a look that sees nothing',
    },
  },
  {
    name: 'a revoke stops after five tries',
    breaks: 4,
    file: 'domain/seat.ts',
    find: "const planFree = (seat: Seat): ReturnType<typeof planSeat> => {",
    replace: "const planFree = (seat: Seat): ReturnType<typeof planSeat> => {\n  if (seat.tries >= 5) return null",
    noticedBy: {
      file: 'test/domain/owed.test.ts',
      title: 'what is owed > a revoke that fails is tried for ever, ever more slowly, at least every minute',
    },
  },
  {
    name: 'the backoff has no cap',
    breaks: 4,
    file: 'domain/request.ts',
    find: 'Math.min(capMs, BACKOFF_FIRST_MS * 2 ** Math.min(tries - 1, 16))',
    replace: 'BACKOFF_FIRST_MS * 2 ** Math.min(tries - 1, 16)',
    noticedBy: {
      file: 'test/domain/owed.test.ts',
      title: 'what is owed > a revoke that fails is tried for ever, ever more slowly, at least every minute',
    },
  },
  {
    name: 'what cannot be read back is said to be confirmed',
    breaks: 4,
    file: 'domain/settle-seat.ts',
    find: "request.access.traits.readsBack ? 'gone' : 'reported gone'",
    replace: "'gone'",
    noticedBy: {
      file: 'test/domain/seat.test.ts',
      title: 'a grant ends > as reported where a target cannot be read back',
    },
  },
  {
    name: 'the fence in the SQL of a grant is left out',
    breaks: 4,
    file: 'targets/postgres/grant.ts',
    find: "r, a);\n  IF clock_timestamp() >= d THEN RAISE EXCEPTION USING errcode='${TOO_LATE}', message='too late'; END IF;",
    replace: 'r, a);',
    noticedBy: {
      file: 'test/targets/postgres-deadline.test.ts',
      title:
        'the deadline (embedded) > gives nothing when another transaction held the GRANT until after it',
    },
  },
]
