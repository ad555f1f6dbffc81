import { spawn, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'

const cli = resolve(import.meta.dirname, '../../main/host/cli.ts')

export interface CliResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface CliRun {
  readonly child: ChildProcess
  readonly ended: Promise<CliResult>
}

/** The real command line in a process of its own, under the Node that runs the tests. */
export function startCli(args: readonly string[], options: { readonly home?: string } = {}): CliRun {
  const env = { ...process.env, NODE_NO_WARNINGS: '1' }
  if (options.home !== undefined)
    Object.assign(env, { HOME: options.home, XDG_CONFIG_HOME: options.home, APPDATA: options.home })
  const child = spawn(process.execPath, [cli, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
  const ended = new Promise<CliResult>((done) => {
    child.on('close', (code) => {
      done({ code, stdout, stderr })
    })
  })
  return { child, ended }
}

export function runCli(
  args: readonly string[],
  options: { readonly home?: string } = {},
): Promise<CliResult> {
  return startCli(args, options).ended
}

/** Runs with --json and parses stdout, which must hold one document and nothing else. */
export async function cliJson<T = Record<string, unknown>>(
  args: readonly string[],
  options: { readonly home?: string } = {},
): Promise<{ code: number | null; value: T; stderr: string }> {
  const { code, stdout, stderr } = await runCli([...args, '--json'], options)
  try {
    return { code, value: JSON.parse(stdout) as T, stderr }
  } catch {
    throw new Error(
      `stdout is not one JSON document.\nstdout: ${stdout.slice(0, 2000)}\nstderr: ${stderr.slice(0, 2000)}`,
    )
  }
}
