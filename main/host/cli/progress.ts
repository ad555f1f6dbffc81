import type { Progress } from '../../engine/dataset/table.ts'
import type { Terminal } from './verb.ts'

export interface ProgressState {
  readonly done: number
  readonly total: number | null
  readonly unit: string
  readonly message: string
}

/**
 * Shows how far work is, on stderr: a bar that is redrawn on a terminal, else a line now and then.
 * The total may be unknown; then only the count is shown.
 */
export class ProgressView {
  readonly #terminal: Terminal
  readonly #clock: () => number
  #drawnAt = -Infinity
  #drawn = ''

  constructor(terminal: Terminal, clock: () => number) {
    this.#terminal = terminal
    this.#clock = clock
  }

  show(state: ProgressState): void {
    const now = this.#clock()
    if (now - this.#drawnAt < (this.#terminal.isTty ? 100 : 2000)) return
    this.#drawnAt = now
    const text = this.#terminal.isTty ? bar(state, this.#terminal.columns) : line(state)
    if (text === this.#drawn) return
    this.#drawn = text
    this.#terminal.stderr(this.#terminal.isTty ? `\r\x1b[2K${text}` : text + '\n')
  }

  /** Removes the bar, so that what follows begins on a clean line. */
  clear(): void {
    if (this.#terminal.isTty && this.#drawn !== '') this.#terminal.stderr('\r\x1b[2K')
    this.#drawn = ''
    this.#drawnAt = -Infinity
  }

  /** The view as science rooms know it. They run here without a way to be stopped but Ctrl+C, which ends the process. */
  asProgress(): Progress {
    return {
      check: () => undefined,
      report: (done, total, message) => this.show({ done, total, unit: '', message }),
    }
  }
}

const count = ({ done, total, unit }: ProgressState): string =>
  `${done}${total === null ? '' : `/${total}`}${unit === '' ? '' : ` ${unit}`}`

const line = (state: ProgressState): string =>
  [count(state), state.message].filter((t) => t !== '').join('  ')

function bar(state: ProgressState, columns: number): string {
  const cells = 24
  const { done, total } = state
  const filled = total === null || total <= 0 ? 0 : Math.round((cells * Math.min(done, total)) / total)
  const picture = total === null ? '' : `[${'#'.repeat(filled)}${'.'.repeat(cells - filled)}] `
  const text = picture + line(state)
  return [...text].slice(0, Math.max(20, columns - 1)).join('')
}
