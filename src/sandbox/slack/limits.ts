/**
 * Every limit that Slack puts on a message, in one table: the validator enforces it, a test walks it.
 * Lengths in characters, counts in items. Where sources disagree, the stricter value stands here.
 */

export interface Limit {
  readonly max: number
  /** Default 0. */
  readonly min?: number
  /** The Web API's error beyond it; `null`: not refused but cut. */
  readonly error: 'invalid_blocks' | 'msg_blocks_too_long' | 'metadata_too_large' | null
  /** Where the vendor, or who met it, says so. */
  readonly page: string
}

const BLOCKS = 'https://docs.slack.dev/reference/block-kit/blocks'
const ELEMENTS = 'https://docs.slack.dev/reference/block-kit/block-elements'
const OBJECTS = 'https://docs.slack.dev/reference/block-kit/composition-objects'
const POST = 'https://docs.slack.dev/reference/methods/chat.postMessage'

const refusing = (max: number, page: string, min = 0): Limit => ({ max, min, error: 'invalid_blocks', page })

export const SLACK_LIMITS = {
  blocks: refusing(50, BLOCKS),
  /** Undocumented; seen at about this size. */
  blocksTotal: {
    max: 13_200,
    error: 'msg_blocks_too_long',
    page: 'https://github.com/slackapi/bolt-js/issues/2509',
  },
  messageText: { max: 40_000, error: null, page: POST },
  /** The error name is documented, the size is not: this is a cautious guess. */
  metadata: {
    max: 8_000,
    error: 'metadata_too_large',
    page: 'https://docs.slack.dev/messaging/message-metadata',
  },
  blockId: refusing(255, BLOCKS),
  textObject: refusing(3_000, `${OBJECTS}/text-object`, 1),
  headerText: refusing(150, `${BLOCKS}/header-block`, 1),
  sectionFields: refusing(10, `${BLOCKS}/section-block`, 1),
  fieldText: refusing(2_000, `${BLOCKS}/section-block`, 1),
  contextElements: refusing(10, `${BLOCKS}/context-block`, 1),
  actionsElements: refusing(25, `${BLOCKS}/actions-block`, 1),
  imageAlt: refusing(2_000, `${BLOCKS}/image-block`),
  imageUrl: refusing(3_000, `${BLOCKS}/image-block`, 1),
  imageTitle: refusing(2_000, `${BLOCKS}/image-block`, 1),
  actionId: refusing(255, ELEMENTS),
  buttonText: refusing(75, `${ELEMENTS}/button-element`, 1),
  buttonValue: refusing(2_000, `${ELEMENTS}/button-element`),
  buttonUrl: refusing(3_000, `${ELEMENTS}/button-element`),
  buttonLabel: refusing(75, `${ELEMENTS}/button-element`),
  selectOptions: refusing(100, `${ELEMENTS}/select-menu-element`, 1),
  overflowOptions: refusing(5, `${ELEMENTS}/overflow-menu-element`, 1),
  placeholder: refusing(150, `${ELEMENTS}/select-menu-element`, 1),
  optionText: refusing(75, `${OBJECTS}/option-object`, 1),
  optionValue: refusing(75, `${OBJECTS}/option-object`),
  optionDescription: refusing(75, `${OBJECTS}/option-object`, 1),
  confirmTitle: refusing(100, `${OBJECTS}/confirmation-dialog-object`, 1),
  confirmText: refusing(300, `${OBJECTS}/confirmation-dialog-object`, 1),
  confirmYes: refusing(30, `${OBJECTS}/confirmation-dialog-object`, 1),
  confirmNo: refusing(30, `${OBJECTS}/confirmation-dialog-object`, 1),
} as const satisfies Record<string, Limit>

export type LimitName = keyof typeof SLACK_LIMITS

/** https://docs.slack.dev/apis/events-api/using-socket-mode#multiple-connections */
export const SOCKETS_MAX = 10
/** Slack waits this long for an app to acknowledge. https://docs.slack.dev/interactivity/handling-user-interaction */
export const ACKNOWLEDGE_MS = 3_000
/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
export const RESPONSE_URL_USES = 5
export const RESPONSE_URL_MS = 30 * 60_000
