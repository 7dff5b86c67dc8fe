/** Sabotages of how access ends: promises 4 to 7, and the bound. */
import type { Sabotage } from './sabotage.ts'

export const OF_ENDING: readonly Sabotage[] = [
  {
    name: 'the read-back is skipped: an end is said on the word of the target',
    breaks: 4,
    file: 'domain/seat.ts',
    find: "if (event.outcome === 'ok' || !isOwed(seat, event.n)) return rest",
    replace: "if (event.outcome === 'ok' || !isOwed(seat, event.n)) return { ...rest, leaving: [] }",
    noticedBy: { file: 'test/domain/seat.test.ts', title: 'a grant ends > not by the word of the target' },
  },
  {
    name: 'unknown is read as absent',
    breaks: 4,
    file: 'domain/seat.ts',
    find: "seat.seen?.ours === 'absent' &&",
    replace: "seat.seen?.ours !== 'present' &&",
    noticedBy: { file: 'test/domain/seat.test.ts', title: 'a grant ends > not by a look that sees nothing' },
  },
  {
    name: 'a look that failed is read as absent',
    breaks: 4,
    file: 'service/settle.ts',
    find: "return { ours: 'unknown', others",
    replace: "return { ours: 'absent', others",
    noticedBy: {
      file: 'test/service/settle.test.ts',
      title: 'a look that fails confirms nothing, and the end is said once one sees it',
    },
  },
  {
    name: 'a look rides on a connection that was opened before it was asked',
    breaks: 4,
    file: 'targets/postgres/share-session.ts',
    find: 'void runAll(open, clock, waiting.splice(0, count), makeRoom)',
    replace:
      'const batch = waiting.splice(0, count)\n    setImmediate(() => batch.push(...waiting.splice(0)))\n    void runAll(open, clock, batch, makeRoom)',
    noticedBy: {
      file: 'test/targets/share-session.test.ts',
      title: 'no look rides on a connection that was there before it was asked',
    },
  },
  {
    name: 'an end that hangs holds up those behind it',
    breaks: 9,
    file: 'targets/postgres/share-session.ts',
    find: 'makeRoom(rest.splice(0))',
    replace: 'makeRoom([])',
    noticedBy: {
      file: 'test/targets/share-session.test.ts',
      title: 'what hangs holds up neither who came before it nor who came after it',
    },
  },
  {
    name: 'ends have no spare connection',
    breaks: 4,
    file: 'targets/postgres/spare-link.ts',
    find: 'isFull(fault) ? await borrow() : undefined',
    replace: 'isFull(fault) && lent ? await borrow() : undefined',
    noticedBy: {
      file: 'test/targets/postgres-full.test.ts',
      title:
        'a server without a free connection (embedded) > takes access away from whoever holds all of them',
    },
  },
  {
    name: 'a grant does without the spare connection',
    breaks: 4,
    file: 'targets/postgres/index.ts',
    find: 'await spare.keep()',
    replace: 'void spare',
    noticedBy: {
      file: 'test/targets/postgres-full.test.ts',
      title: 'a server without a free connection (embedded) > gives nothing whose end would not get through',
    },
  },
  {
    name: 'a grant waits for a standby, for ever',
    breaks: 4,
    file: 'targets/postgres/session.ts',
    find: "SET LOCAL synchronous_commit='local';",
    replace: '',
    noticedBy: {
      file: 'test/targets/postgres-standby.test.ts',
      title:
        'standbys (embedded) > a grant does not wait for one that is away: it would land whenever that comes back',
    },
  },
  {
    name: 'a standby is believed',
    breaks: 4,
    file: 'targets/postgres/session.ts',
    find: 'if (standby) throw',
    replace: 'if (standby === undefined) throw',
    noticedBy: {
      file: 'test/targets/postgres-standby.test.ts',
      title: 'standbys (embedded) > what one says confirms nothing, for it may be behind',
    },
  },
  {
    name: 'nobody looks again before the fence of a grant is over',
    breaks: 4,
    file: 'domain/seat.ts',
    find: "Math.max(inFlightUntil(seat, 'revoke'), watchedAt(seat))",
    replace: "openUntil(seat, 'grant', 0) ?? 0",
    noticedBy: {
      file: 'test/domain/seat.test.ts',
      title:
        'a grant ends > and is looked at every few seconds until no grant can land any more, and then at once',
    },
  },
  {
    name: 'a revoke stops after five tries',
    breaks: 4,
    file: 'domain/seat.ts',
    find: "const base = Math.max(seat.notBefore, inFlightUntil(seat, 'revoke'))",
    replace:
      "if (seat.tries >= 5) return null\n  const base = Math.max(seat.notBefore, inFlightUntil(seat, 'revoke'))",
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
    name: 'the SQL of a grant has no fence',
    breaks: 4,
    file: 'targets/postgres/grant.ts',
    find: 'r, a);\n  IF clock_timestamp() >= d THEN',
    replace: 'r, a);\n  IF false THEN',
    noticedBy: {
      file: 'test/targets/postgres-deadline.test.ts',
      title: 'the deadline (embedded) > gives nothing when another transaction held the GRANT until after it',
    },
  },
  {
    name: 'overlap is counted by entitlement, not by seat',
    breaks: 5,
    file: 'targets/postgres/handle.ts',
    find: `\`postgres/\${of.system}/\${of.role.oid}/\${of.account.oid}\``,
    replace: `\`postgres/\${of.system}/\${of.database}/\${of.role.oid}/\${of.account.oid}\``,
    noticedBy: {
      file: 'test/targets/postgres-ownership.test.ts',
      title: 'ownership (embedded) > counts a role once, from whichever database of the server it is given',
    },
  },
  {
    name: 'the first to end takes the access of both',
    breaks: 5,
    file: 'domain/seat.ts',
    find: '(holder) => holder.request !== event.request)',
    replace: '() => false)',
    noticedBy: {
      file: 'test/domain/seat.test.ts',
      title: 'two grants of one seat > the first to end leaves the access, and says until when and for which',
    },
  },
  {
    name: 'what others gave is taken for ours',
    breaks: 5,
    file: 'targets/postgres/inspect.ts',
    find: 'm.roleid = $2 AND ($4 OR pg_has_role',
    replace: '$2 > 0 OR ($4 OR pg_has_role',
    noticedBy: {
      file: 'test/targets/postgres-ownership.test.ts',
      title: 'ownership (embedded) > names access through a team and through superuser powers',
    },
  },
  {
    name: 'what a grant holds may be taken for an orphan',
    breaks: 5,
    file: 'domain/disown.ts',
    find: 'if (holder !== undefined)',
    replace: 'if (holder !== undefined && seat === null)',
    noticedBy: {
      file: 'test/domain/survey.test.ts',
      title:
        'an operator has it taken away > but never what a grant holds, or what is being taken away as it is',
    },
  },
  {
    name: 'what others gave is listed as our orphan',
    breaks: 5,
    file: 'targets/postgres/list.ts',
    find: 'standing.flatMap(listedAs(false))',
    replace: 'standing.flatMap(listedAs(true))',
    noticedBy: {
      file: 'test/contract/target.test.ts',
      title:
        'target postgres (embedded) > lists who has the same by other hands, beside what is ours, and each once',
    },
  },
  {
    name: 'a seat is called for ever what it was called first',
    breaks: 6,
    file: 'domain/seat.ts',
    find: '!strayed ? (event.access ?? access) : access',
    replace: '!strayed ? access : access',
    noticedBy: {
      file: 'test/domain/seat.test.ts',
      title: 'what a seat is called > is what the target is called now, once nobody holds it by the old name',
    },
  },
  {
    name: "a revoke goes by today's config",
    breaks: 6,
    file: 'targets/postgres/index.ts',
    find: 'revoke: (access, call) =>\n      take(call, (session) => {\n        const of = readHandle(access)',
    replace:
      "revoke: (access, call) =>\n      take(call, async (session) => {\n        const of = readHandle((await resolve(session, given, { target: name, role: 'readonly', ...access } as never)) as Access)",
    noticedBy: {
      file: 'test/targets/postgres-ownership.test.ts',
      title: 'ownership (embedded) > takes away what was given, whatever the config says by now',
    },
  },
  {
    name: 'a revoke goes by names',
    breaks: 6,
    file: 'targets/postgres/revoke.ts',
    find: `SELECT rolname INTO a FROM pg_roles WHERE oid = \${of.account.oid};`,
    replace: `SELECT rolname INTO a FROM pg_roles WHERE rolname = '\${(of as Handle).account.name}';`,
    noticedBy: {
      file: 'test/targets/postgres-ownership.test.ts',
      title: 'ownership (embedded) > takes away by id what was renamed since',
    },
  },
  {
    name: 'another server behind the same address is believed',
    breaks: 6,
    file: 'targets/postgres/handle.ts',
    find: 'if (session.system !== of.system)',
    replace: "if (session.system === '')",
    noticedBy: {
      file: 'test/contract/target.test.ts',
      title:
        'target postgres (embedded) > touches nothing when another system stands behind the same settings',
    },
  },
  {
    name: 'a reload may lose a target with live grants',
    breaks: 6,
    file: 'service/guard-targets.ts',
    find: '.filter((name) => !configured.has(name))',
    replace: ".filter((name) => name === '')",
    noticedBy: {
      file: 'test/service/guard-targets.test.ts',
      title: 'is not taken over, as long as there is something to end',
    },
  },
  {
    name: "the bot's own clock decides",
    breaks: 7,
    file: 'journal/reads.ts',
    find: 'now: status[0] ?? 0,\n      texts',
    replace: 'now: Date.now(),\n      texts',
    noticedBy: {
      file: 'test/journal/numbers.test.ts',
      title: 'a decision is never recorded before the one it was made with',
    },
  },
  {
    name: "alarms are set by the bot's own clock",
    breaks: 7,
    file: 'alarms/bullmq-alarms.ts',
    find: 'return Number(seconds) * SECOND_MS + Math.floor(Number(micros) / 1_000)',
    replace: 'return Number([seconds, micros].length) * 0 + Date.now()',
    noticedBy: {
      file: 'test/alarms/bullmq-alarms.test.ts',
      title: 'an alarm > counts by the clock of Redis: a wrong clock of this process changes nothing',
    },
  },
  {
    name: 'time may go back',
    breaks: 7,
    file: 'journal/lua/common.lua',
    find: 'return head_at, time, 0 end',
    replace: 'return time, time, 0 end',
    noticedBy: {
      file: 'test/journal/numbers.test.ts',
      title: 'now never goes back: a step back of the clock is waited out, standing still',
    },
  },
  {
    name: 'a grant ends a second early',
    breaks: 7,
    file: 'domain/by-system.ts',
    find: 'if (world.now < grant.endsAt)\n',
    replace: 'if (world.now < grant.endsAt - 1_000)\n',
    noticedBy: { file: 'test/domain/lifecycle.test.ts', title: 'time > ends on the second, not before' },
  },
  {
    name: 'the clock starts at the approval',
    breaks: 7,
    file: 'domain/settle-seat.ts',
    find: 'Math.min(request.grant.endsAt, endOf(request, world.now))',
    replace: 'endOf(request, request.approvals[0]?.at ?? 0)',
    noticedBy: {
      file: 'test/domain/owed.test.ts',
      title: 'what is owed > the worked example: asked, approved, given, over, taken away, gone',
    },
  },
  {
    name: 'the second net is before the end',
    breaks: 7,
    file: 'targets/postgres/login/server-time.ts',
    find: 'untilEnd + NET_MS)',
    replace: 'untilEnd - NET_MS)',
    noticedBy: {
      file: 'test/targets/postgres-login.test.ts',
      title:
        'logins (embedded) > have a second net after the end, which only moves later and is the server’s own',
    },
  },
  {
    name: 'nobody knows when the next end is due',
    breaks: 'bound',
    file: 'journal/lua/claim-due.lua',
    find: 'if first[2] and (',
    replace: 'if false and (',
    noticedBy: {
      file: 'test/journal/due.test.ts',
      title: 'claiming > says when the next one is due, over all lanes that were asked for',
    },
  },
  {
    name: 'an end waits for a grant that is under way',
    breaks: 'bound',
    file: 'domain/seat.ts',
    find: 'return last?.does === does && last.outcome',
    replace: 'return last !== undefined && last.outcome',
    noticedBy: {
      file: 'test/domain/owed.test.ts',
      title: 'what is owed > an end does not wait for a grant that is under way',
    },
  },
  {
    name: 'an alarm rings a second late',
    breaks: 'bound',
    file: 'alarms/bullmq-alarms.ts',
    find: 'Math.max(0, second * SECOND_MS -',
    replace: 'Math.max(0, (second + 1) * SECOND_MS -',
    noticedBy: {
      file: 'test/alarms/bullmq-alarms.test.ts',
      title: 'an alarm > wakes within a second of its second, never before it, and leaves nothing behind',
    },
  },
  {
    name: 'lateness is not counted',
    breaks: 'bound',
    file: 'domain/settle-seat.ts',
    find: 'Math.max(0, world.now - dueAt(request.grant))',
    replace: 'Math.max(0, dueAt(request.grant) - world.now)',
    noticedBy: {
      file: 'test/domain/owed.test.ts',
      title: 'what is owed > the worked example: asked, approved, given, over, taken away, gone',
    },
  },
]
