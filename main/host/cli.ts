#!/usr/bin/env node
import { runCli } from './cli/run.ts'
import type { Terminal } from './cli/verb.ts'

const terminal: Terminal = {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  isTty: process.stderr.isTTY,
  columns: process.stderr.columns ?? 80,
  onInterrupt: (listener) => {
    let times = 0
    const onSignal = (): void => {
      // A second Ctrl+C means now.
      if (++times > 1) process.exit(130)
      listener()
    }
    process.on('SIGINT', onSignal)
    process.on('SIGTERM', onSignal)
    return () => {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    }
  },
}

// `| head` closes the pipe early: that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

const code = await runCli(process.argv.slice(2), terminal)
process.exitCode = code
// The utility process of an installed program does not end by itself. Both streams are empty by then.
if (Reflect.has(process, 'parentPort'))
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
