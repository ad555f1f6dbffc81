import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/** A machine of the addon: a program with its memory. */
export type MachineHandle = object

/** Functions of native/src/addon.cpp. Arrays are Float32Array or Int32Array, offsets count their elements. */
export interface NativeAddon {
  levels(): string[]
  create(level: string, program: Int32Array): MachineHandle
  write(machine: MachineHandle, offset: number, values: Float32Array | Int32Array): void
  read(machine: MachineHandle, offset: number, into: Float32Array): void
  run(
    machine: MachineHandle,
    count: number,
    feeds: readonly (Float32Array | Int32Array)[],
    targets: Int32Array,
    scalars: Float32Array,
    losses: Float32Array,
  ): void
  bytes(machine: MachineHandle): number
  dispose(machine: MachineHandle): void
}

/** Instruction sets, the plainest first; which of them there are depends on the processor. */
export const nativeLevels = ['baseline', 'avx2', 'avx512'] as const
export type NativeLevel = (typeof nativeLevels)[number]

type Loaded =
  { readonly addon: NativeAddon; readonly reason: null } | { readonly addon: null; readonly reason: string }

let loaded: Loaded | null = null

/** The addon, or in one sentence why it is not there. Looked for once. */
export function nativeAddon(): Loaded {
  loaded ??= load()
  return loaded
}

function load(): Loaded {
  const path = addonPath()
  if (path === null)
    return { addon: null, reason: 'The compiled kernels are not built; `npm run native:build` builds them.' }
  try {
    return { addon: createRequire(import.meta.url)(path) as NativeAddon, reason: null }
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    return { addon: null, reason: `The compiled kernels could not be loaded: ${what}` }
  }
}

/** native/build is beside main/ among the sources, and beside dist/ in a package (outside of its archive). */
function addonPath(): string | null {
  const name = `native/build/${process.platform}-${process.arch}/causalloy.node`
  for (const up of ['../../../../', '../../']) {
    const path = fileURLToPath(new URL(up + name, import.meta.url)).replace(
      /([\\/])app\.asar([\\/])/,
      '$1app.asar.unpacked$2',
    )
    if (existsSync(path)) return path
  }
  return null
}
