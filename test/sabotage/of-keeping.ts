/** Sabotages of what is kept and told: promises 8 to 11, and secrets. */
import type { Sabotage } from './sabotage.ts'

export const OF_KEEPING: readonly Sabotage[] = [
  {
    name: 'the id of a gesture is forgotten',
    breaks: 8,
    file: 'journal/lua/commit.lua',
    find: "redis.call('SET', P .. 'g:' .. row[1], row[2], 'PX', LIMIT.gesture_kept)",
    replace: "redis.call('EXISTS', P .. 'g:' .. row[1])",
    noticedBy: {
      file: 'test/journal/commit.test.ts',
      title: 'a gesture > is answered once: a replay gets the first answer and changes nothing',
    },
  },
  {
    name: 'one version is skipped in the compare-and-set',
    breaks: 8,
    file: 'journal/lua/commit.lua',
    find: 'if version_now(row[1]) ~= row[2] then return true end',
    replace: 'if version_now(row[1]) > row[2] + 1 then return true end',
    noticedBy: {
      file: 'test/journal/commit.test.ts',
      title:
        'versions > a version that was only read and moved on makes the change stale, and nothing is written',
    },
  },
  {
    name: 'a message of unknown fate is sent again without a look',
    breaks: 8,
    file: 'service/send-once.ts',
    find: 'before === undefined\n',
    replace: 'before !== null\n',
    noticedBy: {
      file: 'test/journey/chat-faults.test.ts',
      title:
        'a message that fails once, at every place > taken, and the answer lost: all of it stands there once',
    },
  },
  {
    name: 'another bot may send what one is sending',
    breaks: 8,
    file: 'service/deliver.ts',
    find: 'if ((view.delivery.busyUntil ?? 0) > view.now)',
    replace: 'if ((view.delivery.busyUntil ?? 0) < 0)',
    noticedBy: {
      file: 'test/journey/one-sender.test.ts',
      title: 'every message is sent once, and the card shows the last state',
    },
  },
  {
    name: 'an end by time is told twice',
    breaks: 8,
    file: 'service/change.ts',
    find: 'isOverSoon(state, shown) ? ENDED_WITHIN_MS : 0',
    replace: '0',
    noticedBy: {
      file: 'test/service/change.test.ts',
      title: 'a place in chat is told that time is up, when it has ended or takes longer than that',
    },
  },
  {
    name: 'calls that hang take the places of others',
    breaks: 9,
    file: 'service/pump.ts',
    find: 'for (const { lane } of running) left.set(lane, (left.get(lane) ?? 0) - 1)',
    replace: 'for (const _ of running) for (const [lane, n] of left) left.set(lane, n - 1)',
    noticedBy: {
      file: 'test/service/settle.test.ts',
      title: 'a chat and calls that hang keep no access from ending',
    },
  },
  {
    name: 'the end is taken from what a form sends',
    breaks: 9,
    file: 'domain/by-person.ts',
    find: "return ms < wish.ms ? { kind: 'for', ms } : null",
    replace: "return { kind: 'for', ms }",
    noticedBy: { file: 'test/domain/extend-grant.test.ts', title: 'approving for less > never longer' },
  },
  {
    name: 'a card is not drawn anew from the state',
    breaks: 9,
    file: 'service/deliver.ts',
    find: 'if (delivery.shown !== fingerprint(card))',
    replace: 'if (delivery.shown === undefined)',
    noticedBy: {
      file: 'test/journey/one-sender.test.ts',
      title: 'every message is sent once, and the card shows the last state',
    },
  },
  {
    name: 'nobody notices that Redis is older than what was seen',
    breaks: 10,
    file: 'journal/doubts.ts',
    find: 'if (n < witness.n) doubt(LOST)',
    replace: '',
    noticedBy: {
      file: 'test/journal/witness.test.ts',
      title: 'what was seen > is missed at once when everything is deleted under a connection that stays',
    },
  },
  {
    name: 'after a reconnect nobody looks for the last entry seen',
    breaks: 10,
    file: 'journal/link.ts',
    find: 'if (found.mark !== mark) doubts.lost()',
    replace: 'if (found === undefined) doubts.lost()',
    noticedBy: {
      file: 'test/journal/witness.test.ts',
      title: 'what was seen > is missed when another history has the same number',
    },
  },
  {
    name: 'the sweep does not mend a lost index',
    breaks: 10,
    file: 'journal/lua/mend.lua',
    find: "mended = mended + redis.call('ZADD', P .. 'due:' .. due[1], 'NX', at, key)",
    replace: 'mended = mended + 0 * at',
    noticedBy: {
      file: 'test/journal/due.test.ts',
      title: 'mending > after the loss of a lane everything is there again',
    },
  },
  {
    name: 'a restore tells everything again',
    breaks: 10,
    file: 'service/restore.ts',
    find: 'lines: folded.lines[place.kind],',
    replace: 'lines: 0,',
    noticedBy: {
      file: 'test/cli/restore.test.ts',
      title: 'every place in chat knows where its card stands, and how many lines were told there',
    },
  },
  {
    name: 'a full Redis refuses ends',
    breaks: 11,
    file: 'journal/scripts.ts',
    find: "'commit-end': { file: 'commit', flags: ' flags=allow-oom' }",
    replace: "'commit-end': { file: 'commit', flags: '' }",
    noticedBy: {
      file: 'test/journal/memory.test.ts',
      title: 'at maxmemory itself Redis refuses new work whole, and takes the end, its claim and its release',
    },
  },
  {
    name: 'an end is committed like new work',
    breaks: 11,
    file: 'service/change.ts',
    find: 'ends: !isGiving',
    replace: 'ends: false',
    noticedBy: {
      file: 'test/service/settle.test.ts',
      title: 'a full Redis takes no new requests, and what is there ends',
    },
  },
  {
    name: 'a nearly full Redis takes new work',
    breaks: 11,
    file: 'journal/memory.ts',
    find: '(share ?? 0) > MEMORY_SHARE_MAX',
    replace: '(share ?? 0) > 1',
    noticedBy: {
      file: 'test/journal/memory.test.ts',
      title: 'above three quarters new work is turned away and ends commit; below it, all does',
    },
  },
  {
    name: 'what is found in a target is kept without limit',
    breaks: 11,
    file: 'domain/survey.ts',
    find: 'sorted.slice(0, FOUND_KEPT)',
    replace: 'sorted',
    noticedBy: {
      file: 'test/domain/survey.test.ts',
      title:
        'a survey > keeps a hundred by name, the same ones in whatever order they come, and counts the others',
    },
  },
  {
    name: 'secrets are written to the log',
    breaks: 'secrets',
    file: 'infra/log.ts',
    find: 'hooks: { streamWrite: hider(secrets) },',
    replace: '',
    noticedBy: { file: 'test/infra/log.test.ts', title: 'the log > shows no secret in a field' },
  },
  {
    name: 'credentials are kept for a replay',
    breaks: 'secrets',
    file: 'service/reveal.ts',
    find: 'beside: () => ({ gesture: keepAnswer(actor, SHOWN_BEFORE) }),',
    replace: 'beside: () => ({}),',
    noticedBy: {
      file: 'test/journey/reveal.test.ts',
      title: 'are new at each press, shown to the holder alone, and in no record, log or replay',
    },
  },
]
