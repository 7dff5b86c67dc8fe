/** Slack gives every block and every interactive element an id where the app gave none. */
import type { Block, Element, Fields } from './model.ts'

const isInteractive = (element: Fields): boolean => element.type !== 'image'

/** What a person can use in a block, in reading order: buttons, menus, inputs. */
export const elementsOf = (block: Block): Element[] => {
  const inside = { actions: block.elements, section: [block.accessory], input: [block.element] }[block.type]
  return Array.isArray(inside) ? inside.filter((one) => one !== undefined && isInteractive(one)) : []
}

const nameInside = (block: Block): Fields => {
  const name = (element: Fields, n = 0) =>
    isInteractive(element) ? { action_id: `a${n}`, ...element } : element
  if (block.type === 'actions') return { elements: (block.elements as Fields[]).map(name) }
  if (block.type === 'input') return { element: name(block.element as Fields) }
  return block.accessory === undefined ? {} : { accessory: name(block.accessory as Fields) }
}

/** `prefix` and a number, where the app gave no id. */
export const nameBlocks = (blocks: readonly Block[], prefix = 'b'): Block[] =>
  blocks.map((block, n) => ({
    ...block,
    block_id: block.block_id ?? `${prefix}${n}`,
    ...nameInside(block),
  }))
