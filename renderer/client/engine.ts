import { EngineClient } from './engine-client.ts'
import { bridge, electronPort } from './electron.ts'
import { loopback } from './loopback.ts'

let current: EngineClient | null = null

/** The page's one engine client: over the shell's port where there is a shell, else over loopback HTTP. */
export function useEngine(): EngineClient {
  if (current === null) {
    const shell = bridge()
    current = new EngineClient(shell === null ? loopback() : electronPort(shell))
  }
  return current
}

/** Puts another client in place (tests, another transport). */
export function setEngine(client: EngineClient | null): void {
  current = client
}
