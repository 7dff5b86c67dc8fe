/** Sabotages of how access is given: promises 1 to 3. */
import type { Sabotage } from './sabotage.ts'

export const OF_GIVING: readonly Sabotage[] = [
  {
    name: 'the target is asked before the attempt is recorded',
    breaks: 1,
    file: 'service/settle.ts',
    find: "if (does === 'grant' || does === 'revoke') await attempt(",
    replace:
      "if (does === 'grant') await target.grant(seat.access, {} as never)\n  if (does === 'grant' || does === 'revoke') await attempt(",
    noticedBy: {
      file: 'test/service/settle.test.ts',
      title: 'recorded before done > every call finds itself in the journal, and the end of what is given',
    },
  },
  {
    name: 'a grant does not wait until its record is durable',
    breaks: 1,
    file: 'service/settle.ts',
    find: "if (does === 'grant') await deps.journal.durable()",
    replace: '',
    noticedBy: {
      file: 'test/service/settle.test.ts',
      title: 'recorded before done > where nothing makes a record durable any more > nothing is given',
    },
  },
  {
    name: 'an end waits for durability, too',
    breaks: 1,
    file: 'service/settle.ts',
    find: "if (does === 'grant') await deps.journal.durable()",
    replace: 'await deps.journal.durable()',
    noticedBy: {
      file: 'test/service/settle.test.ts',
      title:
        'recorded before done > where nothing makes a record durable any more > what is there ends as ever',
    },
  },
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
    name: 'a confirmation may move the end later',
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
    name: 'what is not confirmed in time is left as it is',
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
    name: 'a decision from another chat counts without a link',
    breaks: 3,
    file: 'domain/judge.ts',
    find: 'isAnother(one, request.requester) && belongs(',
    replace: 'belongs(',
    noticedBy: {
      file: 'test/domain/judge.test.ts',
      title: 'approvals > from another chat count only of who is told apart from the requester',
    },
  },
  {
    name: 'a link that was stated when it was asked is forgotten',
    breaks: 3,
    file: 'domain/rights.ts',
    find: '[id, via, email, address, ...linked]',
    replace: '[id, via, email, address]',
    noticedBy: {
      file: 'test/domain/told-apart.test.ts',
      title: 'to approve > their own, linked when it was asked and not any more',
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
    name: 'the policy is not checked again when access is given',
    breaks: 3,
    file: 'service/clear.ts',
    find: '[...objectionsTo(request, it), ',
    replace: '[',
    noticedBy: { file: 'test/service/clear.test.ts', title: 'a policy that forbids it by then voids it' },
  },
  {
    name: 'the approvers are not checked again when access is given',
    breaks: 3,
    file: 'service/clear.ts',
    find: ', ...objectionsToApprovals(request, it, approvers)]',
    replace: ']',
    noticedBy: {
      file: 'test/service/clear.test.ts',
      title: 'an approver who has lost the right by then does not count',
    },
  },
  {
    name: 'a grant goes by what its seat says',
    breaks: 3,
    file: 'service/settle.ts',
    find: "does === 'grant' ? await findGiven(deps, world) : world.seat?.access",
    replace: 'findGiven === undefined ? undefined : world.seat?.access',
    noticedBy: {
      file: 'test/service/find-given.test.ts',
      title: 'a seat that is said to be wanted by a request that is over',
    },
  },
  {
    name: 'the marks are not checked before credentials are shown',
    breaks: 3,
    file: 'service/reveal.ts',
    find: 'if (request !== null && !(await isWhole(deps, request)))',
    replace: 'if (request !== null && isWhole === undefined)',
    noticedBy: {
      file: 'test/service/reveal.test.ts',
      title: 'somebody whom only a changed record names as the holder is shown nothing',
    },
  },
  {
    name: 'the marks are not checked before access is given',
    breaks: 3,
    file: 'service/clear.ts',
    find: 'if (!(await isWhole(deps, request))) {',
    replace: 'if (request.v === 0) {',
    noticedBy: {
      file: 'test/service/clear.test.ts',
      title: 'a record that says more than its journal gives nothing',
    },
  },
  {
    name: 'it does not matter of which workspace somebody is',
    breaks: 3,
    file: 'chats/slack/judge-origin.ts',
    find: 'if (!here || from.userTeam === undefined)',
    replace: 'if (from.userTeam === undefined)',
    noticedBy: {
      file: 'test/chats/slack-gestures.test.ts',
      title:
        'by http > people of another organisation > are told in private that Curfew is not for them, and nothing is done',
    },
  },
  {
    name: 'it does not matter of which tenant a delivery is',
    breaks: 3,
    file: 'chats/teams/verify.ts',
    find: 'named.every((id) => id.toLowerCase() === tenantId)',
    replace: "named.every((id) => id !== '')",
    noticedBy: {
      file: 'test/chats/teams-verify.test.ts',
      title: 'another tenant in the conversation: refused',
    },
  },
]
