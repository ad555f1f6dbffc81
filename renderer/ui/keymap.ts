/**
 * Every key of the program, once. `everywhere` keys act wherever the focus is; `canvas` keys act only while the
 * picture has focus (WCAG 2.1.4), so that single letters never fire while a person types.
 */
interface KeyBinding {
  readonly keys: readonly string[]
  readonly title: string
  readonly group: 'Program' | 'Review' | 'Picture' | 'Tables'
  readonly scope: 'everywhere' | 'canvas' | 'widget'
}

export const keymap = {
  'app.palette': { keys: ['Ctrl+Shift+P'], title: 'Find a command', group: 'Program', scope: 'everywhere' },
  'app.keys': { keys: ['?'], title: 'List all keys', group: 'Program', scope: 'everywhere' },
  'app.rooms': { keys: ['Alt+1', '…', 'Alt+9'], title: 'Go to a room', group: 'Program', scope: 'widget' },
  'app.jobs': { keys: ['Ctrl+J'], title: 'Show or hide the jobs', group: 'Program', scope: 'everywhere' },
  'review.accept': {
    keys: ['Ctrl+Enter'],
    title: 'Accept and go to the next',
    group: 'Review',
    scope: 'everywhere',
  },
  'review.skip': { keys: ['Ctrl+Space'], title: 'Skip to the next', group: 'Review', scope: 'everywhere' },
  'review.reject': {
    keys: ['Ctrl+Shift+Enter'],
    title: 'Reject and go to the next',
    group: 'Review',
    scope: 'everywhere',
  },
  'image.next': {
    keys: ['PageDown', 'Ctrl+ArrowRight'],
    title: 'Next image',
    group: 'Review',
    scope: 'everywhere',
  },
  'image.previous': {
    keys: ['PageUp', 'Ctrl+ArrowLeft'],
    title: 'Previous image',
    group: 'Review',
    scope: 'everywhere',
  },
  'canvas.zoomIn': { keys: ['+', '='], title: 'Zoom in', group: 'Picture', scope: 'canvas' },
  'canvas.zoomOut': { keys: ['-', '_'], title: 'Zoom out', group: 'Picture', scope: 'canvas' },
  'canvas.fit': { keys: ['0'], title: 'Fit to the window', group: 'Picture', scope: 'canvas' },
  'canvas.actual': {
    keys: ['1'],
    title: 'One picture pixel per screen pixel',
    group: 'Picture',
    scope: 'canvas',
  },
  'canvas.pan': {
    keys: ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'],
    title: 'Move the cursor (Shift: 10 px)',
    group: 'Picture',
    scope: 'canvas',
  },
  'canvas.pick': {
    keys: ['Enter'],
    title: 'Select the object at the cursor',
    group: 'Picture',
    scope: 'canvas',
  },
  'canvas.drag': {
    keys: ['Space'],
    title: 'Hold and drag to pan (or drag with the middle button)',
    group: 'Picture',
    scope: 'canvas',
  },
  'canvas.overlay': { keys: ['D'], title: 'Show or hide the objects', group: 'Picture', scope: 'canvas' },
  'canvas.fill': { keys: ['Shift+F'], title: 'Show or hide the fill', group: 'Picture', scope: 'canvas' },
  'canvas.deselect': { keys: ['Escape'], title: 'Select nothing', group: 'Picture', scope: 'canvas' },
  'table.move': {
    keys: ['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End'],
    title: 'Move the selected row',
    group: 'Tables',
    scope: 'widget',
  },
  'table.copy': { keys: ['Ctrl+C'], title: 'Copy the table as TSV', group: 'Tables', scope: 'widget' },
} as const satisfies Record<string, KeyBinding>

export type ActionId = keyof typeof keymap

const canonicalNames: Record<string, string> = { ' ': 'Space', Esc: 'Escape' }

/** The text of a pressed key as the table writes it: "Ctrl+Shift+P", "PageDown", "?". */
export function keyText(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>,
): string {
  const name = canonicalNames[event.key] ?? event.key
  const printable = name.length === 1
  const isLetter = printable && name.toLowerCase() !== name.toUpperCase()
  const modified = event.ctrlKey || event.metaKey
  return [
    modified ? 'Ctrl' : '',
    event.altKey ? 'Alt' : '',
    // Shift is already in a printed sign ("?" is Shift+ß or Shift+/), but not in a letter.
    event.shiftKey && (!printable || isLetter) ? 'Shift' : '',
    isLetter ? name.toUpperCase() : name,
  ]
    .filter((part) => part !== '')
    .join('+')
}

export function isKey(event: KeyboardEvent, action: ActionId): boolean {
  return (keymap[action].keys as readonly string[]).includes(keyText(event))
}

/** True where a person types: keys without Ctrl or Alt belong to the text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}

/** How a key is written for people. */
export function keyLabel(key: string): string {
  return key
    .replace('ArrowLeft', '←')
    .replace('ArrowRight', '→')
    .replace('ArrowUp', '↑')
    .replace('ArrowDown', '↓')
    .replace('PageDown', 'Page down')
    .replace('PageUp', 'Page up')
}
