export interface LogLine {
  readonly level: 'info' | 'warn' | 'error'
  readonly message: string
  readonly detail?: string
}
export type Log = (line: LogLine) => void

/** Log lines go to stderr only: stdout belongs to the answer. */
export const stderrLog: Log = ({ level, message, detail }) => {
  process.stderr.write(`${level}: ${message}${detail === undefined ? '' : `\n${detail}`}\n`)
}

/** For commands, whose own text already says how the work goes: warnings and errors only. */
export const quietLog: Log = (line) => {
  if (line.level !== 'info') stderrLog(line)
}
