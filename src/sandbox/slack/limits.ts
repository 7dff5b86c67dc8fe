/**
 * Every limit that Slack puts on a message or a view, in one table: the validator enforces it, a test walks it.
 * Lengths in characters, counts in items. Where sources disagree, the stricter value stands here.
 */

export interface Limit {
  readonly max: number
  /** Default 0. */
  readonly min?: number
  /** The Web API's error beyond it; `null`: not refused but cut. */
  readonly error:
    | 'invalid_blocks'
    | 'msg_blocks_too_long'
    | 'metadata_too_large'
    | 'invalid_arguments'
    | 'view_too_large'
    | null
  /** Where the vendor, or who met it, says so. */
  readonly page: string
}

const BLOCKS = 'https://docs.slack.dev/reference/block-kit/blocks'
const ELEMENTS = 'https://docs.slack.dev/reference/block-kit/block-elements'
const OBJECTS = 'https://docs.slack.dev/reference/block-kit/composition-objects'
const POST = 'https://docs.slack.dev/reference/methods/chat.postMessage'

const VIEWS = 'https://docs.slack.dev/reference/views'
const METHODS = 'https://docs.slack.dev/reference/methods'

const refusing = (max: number, page: string, min = 0): Limit => ({ max, min, error: 'invalid_blocks', page })
/** Of what only a view can have. */
const ofView = (max: number, page: string, min = 0): Limit => ({ max, min, error: 'invalid_arguments', page })

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
  viewBlocks: ofView(100, `${VIEWS}/modal-views`),
  /** Bytes; "250kb" is read the smaller way. */
  viewTotal: { max: 250_000, error: 'view_too_large', page: `${METHODS}/views.open` },
  modalTitle: ofView(24, `${VIEWS}/modal-views`, 1),
  modalSubmit: ofView(24, `${VIEWS}/modal-views`, 1),
  modalClose: ofView(24, `${VIEWS}/modal-views`, 1),
  callbackId: ofView(255, `${VIEWS}/modal-views`),
  externalId: ofView(255, `${METHODS}/views.open`),
  privateMetadata: ofView(3_000, `${VIEWS}/modal-views`),
  inputLabel: ofView(2_000, `${BLOCKS}/input-block`, 1),
  inputHint: ofView(2_000, `${BLOCKS}/input-block`, 1),
  inputPlaceholder: ofView(150, `${ELEMENTS}/plain-text-input-element`, 1),
  inputInitial: ofView(3_000, `${ELEMENTS}/plain-text-input-element`),
  inputMinLength: ofView(3_000, `${ELEMENTS}/plain-text-input-element`),
  inputMaxLength: ofView(3_000, `${ELEMENTS}/plain-text-input-element`, 1),
  radioOptions: ofView(10, `${ELEMENTS}/radio-button-group-element`, 1),
  checkboxOptions: ofView(10, `${ELEMENTS}/checkboxes-element`, 1),
} as const satisfies Record<string, Limit>

/** A suggestion's answer is no call that could be refused. */
export const SUGGESTION_LIMITS = {
  options: { max: 100 },
  groups: { max: 100 },
  /** https://docs.slack.dev/reference/block-kit/composition-objects/option-group-object */
  groupLabel: { max: 75, min: 1 },
} as const

export type LimitName = keyof typeof SLACK_LIMITS

/** https://docs.slack.dev/apis/events-api/using-socket-mode#multiple-connections */
export const SOCKETS_MAX = 10
/** Slack waits this long for an app to acknowledge. https://docs.slack.dev/interactivity/handling-user-interaction */
export const ACKNOWLEDGE_MS = 3_000
/** https://docs.slack.dev/surfaces/modals: a trigger is good for this long, and a modal for this many views. */
export const TRIGGER_MS = 3_000
export const STACK_MAX = 3
/** Characters a person types before Slack asks, where the app does not say. https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select */
export const MIN_QUERY_LENGTH = 3
/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
export const RESPONSE_URL_USES = 5
export const RESPONSE_URL_MS = 30 * 60_000
