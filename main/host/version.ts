import { readFileSync } from 'node:fs'
import * as z from 'zod'

/** Two folders up both from main/host and from dist/host: the root of the checkout or of the package. */
export const programRoot = new URL('../../', import.meta.url)

export const programVersion: string = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('package.json', programRoot), 'utf8'))).version
