/** Everything has a limit with a name. Lengths in characters, times in ms unless the name says otherwise. */

const SECOND = 1_000
const MINUTE = 60 * SECOND

/** How long a claim keeps others away from a piece of work; renewed while a call runs. */
export const LEASE_MS = 4 * SECOND
export const HOLD_EVERY_MS = 1_500
/** A sweep looks for what every other wake-up missed. */
export const SWEEP_MS = 5 * SECOND
/** A decision older than this is made again. */
export const DECISION_MAX_AGE_MS = 10 * SECOND
/** One try at a target: after this it may no longer land. */
export const ATTEMPT_MS = 30 * SECOND
export const BACKOFF_FIRST_MS = 1 * SECOND
export const BACKOFF_CAP_MS = 60 * SECOND
/** Tries to clean up what ended access left behind. */
export const CLEAN_BACKOFF_CAP_MS = 60 * MINUTE
/** All facts of one decision together. */
export const FACTS_MS = 1_500
/** So long after a gesture its journal is read before it is given up, and once more after a fault: what became of it? */
export const READS_MS = 1_500
export const LOOK_BACK_MS = 1_900
/** One question to a directory that nobody waits for. */
export const LOOK_MS = 10 * SECOND
/** Such questions at a time, those that wait, and tries before one is left to the next round. */
export const LOOKS_AT_ONCE = 2
export const LOOKS_WAITING_MAX = 10_000
export const LOOK_TRIES = 5
/** Every holder is looked up this often, with this pause between two of them: people's own questions come first. */
export const HOLDERS_EVERY_MS = 5 * MINUTE
export const HOLDER_PAUSE_MS = 1 * SECOND
/** So is every group that rules name; the pause leaves half of what a chat may be asked about groups to decisions. */
export const GROUPS_EVERY_MS = 10 * MINUTE
export const GROUP_PAUSE_MS = 6 * SECOND
export const GROUP_MEMBERS_MAX = 20_000
/** A change that keeps turning stale is given up as "busy". */
export const DECIDE_TRIES = 5
export const BATCH_MAX = 100
/** Journal work claimed at once. */
export const RECORDS_AT_ONCE = 100
/** Calls to one target at a time that take away, and that give: each has its own, so that an end never waits for a grant. */
export const TAKE_SLOTS = 10
export const GIVE_SLOTS = 6
/** People's questions to one target at a time: many who ask at once must not use up its connections. */
export const ASKS_AT_ONCE = 4
/** Messages to one chat at a time: first cards and direct messages, what people have already, and audit threads. */
export const CHAT_NEW_SLOTS = 8
export const CHAT_PEOPLE_SLOTS = 8
export const CHAT_AUDIT_SLOTS = 4

export const REASON_MAX = 500
export const WORDS_MAX = 4_000
export const DURATION_MIN_MS = 10 * SECOND
export const DURATION_MAX_MS = 90 * 24 * 60 * MINUTE
/** Grants that may hold one seat at a time. */
export const HOLDERS_MAX = 20
/** Grants and requests in one list. */
export const LIST_MAX = 20
/** Own access above the form. */
export const FORM_GRANTS_MAX = 5
/** Entitlements on the Home page; a search finds the others. */
export const HOME_OFFERS_MAX = 10
/** Requests that are looked at to find those for one person's Home. */
export const HOME_LOOKED_AT_MAX = 5_000
/** Ending or provisioning for longer than this is worth an operator's look. */
export const TROUBLED_AFTER_MS = 10 * SECOND
/** Pages drawn anew after one change, and how long changes are gathered before that. */
export const HOMES_MAX = 200
export const HOMES_AFTER_MS = 1 * SECOND
/** What a search field offers at once; more words narrow it down. */
export const SEARCH_MAX = 100
/** How often an access may be extended where its policy does not say. */
export const EXTENSIONS_MAX = 1

export const PROVISION_WITHIN_MS = 15 * MINUTE
/** So long an end that nobody pressed for has time before it is told that it is under way. */
export const ENDED_WITHIN_MS = 1 * SECOND
/** "It is late" is said at these times after the due time, then daily; the first leaves a chat time to show it within a minute. */
export const LATE_AFTER_MS = [50 * SECOND, 10 * MINUTE, 60 * MINUTE] as const
export const LATE_EVERY_MS = 24 * 60 * MINUTE

/** A review that nobody signed is asked for this often, and after a month less often. */
export const REVIEW_EVERY_MS = 24 * 60 * MINUTE
export const REVIEW_DAILY_MS = 30 * REVIEW_EVERY_MS
export const REVIEW_LATER_MS = 7 * REVIEW_EVERY_MS
/** How often somebody may use break-glass without a review where the policy does not say. */
export const UNREVIEWED_MAX = 3

/** Before its end the holder is told: a tenth of the duration before it, within these; shorter grants are not worth it. */
export const WARN_SHARE = 10
export const WARN_MIN_MS = 2 * MINUTE
export const WARN_MAX_MS = 60 * MINUTE

/** Times that one person may have credentials made, per minute. */
export const REVEALS_PER_MINUTE = 5
/** Refusals recorded per person and minute; more are only counted. */
export const REFUSALS_RECORDED = 20
/** How often the newest entries are sealed and mirrored: a checkpoint is never more than a second behind. */
export const KEEP_EVERY_MS = 400
/** How often what may leave Redis is looked for. */
export const TRIM_EVERY_MS = 60 * SECOND
/** For so long nobody else does, when whoever does it dies. */
export const KEEPER_LEASE_MS = 3 * SECOND
/** After a restore cards are drawn anew of what happened so long before the last entry: their last state may not have been shown. */
export const RESTORED_CARDS_MS = 60 * MINUTE
/** A closed request stays in Redis so long where the config does not say. */
export const KEEP_MS = 90 * 24 * 60 * MINUTE
/** New work is refused above this share of `maxmemory`. */
export const MEMORY_SHARE_MAX = 0.75
/** A gesture's answer is kept this long for replays. */
export const GESTURE_KEPT_MS = 60 * MINUTE
/** A clock that disagrees by more than this is not believed until an operator accepts it. */
export const CLOCK_DOUBT_MS = 60 * SECOND
/** Whoever waits for the heartbeat is called this often, while no grant is later than that and what is due was looked for. */
export const HEARTBEAT_EVERY_MS = 60 * SECOND
export const HEARTBEAT_CALL_MS = 5 * SECOND
export const HEARTBEAT_LATE_MS = 60 * SECOND
export const HEARTBEAT_SWEPT_MS = 30 * SECOND
/** More lines than this behind in a thread are told in one message, of at most so many lines and characters of text. */
export const LINES_ALONE = 3
export const LINES_MAX = 15
export const LINES_TEXT_MAX = 1_500
/** One message to a chat, with a short wait for its turn: a longer one is spent in the journal, not in a slot. */
export const DELIVERY_MS = 12 * SECOND
/** After so many tries, or a refusal, a place is only tried now and then. */
export const DELIVERY_TRIES = 10
export const DELIVERY_PUT_OFF_MS = 10 * MINUTE
/** A notice that could not be posted for so long is given up, loudly. */
export const NOTICE_KEPT_MS = 7 * 24 * 60 * MINUTE
/** Names in one list within a sentence. */
export const NAMES_MAX = 10
/** Messages to one place in one go, before others get their turn. */
export const DELIVERIES_IN_A_ROW = 50

/** What ends within this is told in a digest, and where it was never posted, what ended within it. */
export const DIGEST_DAY_MS = 24 * 60 * MINUTE
/** What ended is remembered for digests so long, whole days. */
export const DIGEST_KEPT_MS = 7 * 24 * 60 * MINUTE
/** Whether one is due is looked up at least this often. */
export const DIGEST_EVERY_MS = 30 * SECOND
export const DIGESTS_MAX = 20
/** Lines of a digest's first list and of each other one, as posted and as shown to somebody who asks. */
export const DIGEST_LINES = { posted: { first: 20, others: 5 }, asked: { first: 35, others: 8 } } as const
/** Text of these lists, buttons included, characters; lines beyond it are only counted. */
export const DIGEST_TEXT_MAX = { first: 3_600, others: 620 } as const
/** Of the first list, what buttons may take: later lines have none. */
export const DIGEST_BUTTONS_TEXT_MAX = 2_400
/** What somebody may end, in one answer: lines, and text with the buttons, characters. */
export const ENDINGS = { lines: 20, text: 9_000 } as const

/** Every target is looked through this often, and after one look that came to nothing not sooner than this. */
export const SURVEY_EVERY_MS = 4 * 60 * MINUTE
export const SURVEY_AGAIN_MS = 10 * MINUTE
/** How often a replica asks whether one is owed, and how old one must be for a start to make another. */
export const SURVEY_ASK_MS = 1 * MINUTE
export const SURVEY_FRESH_MS = 5 * MINUTE
/** One listing of everything a target has. */
export const SURVEY_MS = 60 * SECOND
/** More than this in one target is not looked through. */
export const SURVEY_ITEMS_MAX = 100_000
/** Orphans, and standing access, of one target that are kept with their names; the others are counted. */
export const FOUND_KEPT = 100
export const FOUND_NOTE_MAX = 300
