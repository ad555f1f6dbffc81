import { describe, expect, it } from 'vitest'
import { matchCommands, type Command } from '../../../../renderer/ui/commands.ts'
import { keymap, keyText } from '../../../../renderer/ui/keymap.ts'

const press = (key: string, held: Partial<Record<'ctrlKey' | 'altKey' | 'shiftKey', boolean>> = {}) =>
  keyText({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held })

describe('keys', () => {
  it('are written as the table writes them', () => {
    expect(press('P', { ctrlKey: true, shiftKey: true })).toBe('Ctrl+Shift+P')
    expect(press('?', { shiftKey: true })).toBe('?')
    expect(press(' ', { ctrlKey: true })).toBe('Ctrl+Space')
    expect(press('d')).toBe('D')
    expect(press('Enter', { ctrlKey: true, shiftKey: true })).toBe('Ctrl+Shift+Enter')
  })

  it('have one meaning in each scope', () => {
    for (const scope of ['everywhere', 'canvas'] as const) {
      const keys = Object.values(keymap)
        .filter((binding) => binding.scope === scope)
        .flatMap((binding) => [...binding.keys])
      expect(new Set(keys).size).toBe(keys.length)
    }
  })

  it('that are single letters act on the picture only', () => {
    const letters = Object.values(keymap)
      .filter((binding) => binding.scope === 'everywhere')
      .flatMap((binding) => [...binding.keys])
      .filter((key) => /^[A-Z]$/.test(key))
    expect(letters).toEqual([])
  })
})

describe('command search', () => {
  const run = () => undefined
  const commands: Command[] = [
    { id: 'a', group: 'Go to', title: 'Import', run },
    { id: 'b', group: 'Import', title: 'Choose a folder of images', run },
    { id: 'c', group: 'Import', title: 'Import', run, enabled: () => false },
  ]
  it('needs every word, prefers early hits, leaves out what cannot run', () => {
    expect(matchCommands(commands, 'import').map((command) => command.id)).toEqual(['b', 'a'])
    expect(matchCommands(commands, 'folder import').map((command) => command.id)).toEqual(['b'])
    expect(matchCommands(commands, '').map((command) => command.id)).toEqual(['a', 'b'])
  })
})
