/** Block Kit drawn: one entry per block. What is not known is said, so that nothing is lost in silence. */
import type { JSX } from 'preact'
import type { Block, Fields } from '../slack/model.ts'
import { ElementOf } from './elements.tsx'
import { InputBlock } from './input-block.tsx'
import { Words } from './mrkdwn.tsx'
import { RichText } from './rich-text.tsx'

type Draw = (props: { block: Block }) => JSX.Element

const list = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value : [])

const REGISTRY: Readonly<Record<string, Draw>> = {
  header: ({ block }) => (
    <h3 class="block-header">
      <Words of={block.text} />
    </h3>
  ),
  section: ({ block }) => (
    <div class="block-section">
      <div class="block-words">
        {block.text !== undefined && (
          <p>
            <Words of={block.text} />
          </p>
        )}
        {block.fields !== undefined && (
          <div class="block-fields">
            {list(block.fields).map((field, i) => (
              <p key={i}>
                <Words of={field} />
              </p>
            ))}
          </div>
        )}
      </div>
      {block.accessory !== undefined && <ElementOf element={block.accessory as never} block={block} />}
    </div>
  ),
  context: ({ block }) => (
    <div class="block-context">
      {list(block.elements).map((element, i) => (
        <span key={i}>
          <Words of={element} />
        </span>
      ))}
    </div>
  ),
  actions: ({ block }) => (
    <div class="block-actions">
      {list(block.elements).map((element) => (
        <ElementOf key={String(element.action_id)} element={element as never} block={block} />
      ))}
    </div>
  ),
  divider: () => <hr />,
  input: ({ block }) => <InputBlock block={block} />,
  rich_text: ({ block }) => <RichText block={block} />,
}

export const Blocks = ({ blocks }: { blocks: readonly Block[] }): JSX.Element => (
  <>
    {blocks.map((block) => {
      const Draw = REGISTRY[block.type]
      return Draw === undefined ? (
        <p key={block.block_id}>This page cannot draw a block of type {block.type}.</p>
      ) : (
        <Draw key={block.block_id} block={block} />
      )
    })}
  </>
)
