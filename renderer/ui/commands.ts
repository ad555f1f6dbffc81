import { computed, onScopeDispose, shallowReactive, type ComputedRef } from 'vue'
import { isTyping, keyText, keymap, type ActionId } from './keymap.ts'

export interface Command {
  id: string
  title: string
  /** Room or part of the program, shown before the title. */
  group: string
  run: () => void
  /** Left out: always offered. */
  enabled?: () => boolean
  /** The key that runs it, from the one table of keys. */
  key?: ActionId
}

const sources = shallowReactive(new Set<readonly Command[]>())

/** Offers commands (palette and keys) for as long as the calling component is there. */
export function useCommands(commands: readonly Command[]): void {
  sources.add(commands)
  onScopeDispose(() => sources.delete(commands))
}

export function useAllCommands(): ComputedRef<Command[]> {
  return computed(() => [...sources].flat())
}

/** Runs the enabled command whose key was pressed; the newest source wins. True when one ran. */
export function runCommandOfKey(event: KeyboardEvent): boolean {
  const text = keyText(event)
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey
  if (plain && isTyping(event.target)) return false
  for (const commands of [...sources].reverse()) {
    for (const command of commands) {
      if (command.key === undefined) continue
      const binding = keymap[command.key]
      if (binding.scope !== 'everywhere' || !(binding.keys as readonly string[]).includes(text)) continue
      if (command.enabled?.() === false) continue
      command.run()
      return true
    }
  }
  return false
}

/** Commands that match a search, best first: all words must occur, earlier is better. */
export function matchCommands(commands: readonly Command[], search: string): Command[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return commands
    .filter((command) => command.enabled?.() !== false)
    .map((command, order) => {
      const text = `${command.group} ${command.title}`.toLowerCase()
      const places = words.map((word) => text.indexOf(word))
      return {
        command,
        order,
        hit: !places.includes(-1),
        score: places.reduce((sum, place) => sum + place, 0),
      }
    })
    .filter((entry) => entry.hit)
    .sort((a, b) => a.score - b.score || a.order - b.order)
    .map((entry) => entry.command)
}
