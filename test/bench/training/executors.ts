import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { onnxExecutor } from '../../../main/engine/compute/onnx/index.ts'
import { asExecutor, type Executor, type LocalExecutor } from '../../../main/engine/graph/index.ts'
import { repositoryRoot } from '../../support/layers.js'

/** The executors that can run here, in the order in which they are printed; a compiled kernel only where it was built. */
export async function executorsHere(tell: (line: string) => void): Promise<Executor[]> {
  const found = [await onnxExecutor({ provider: 'cpu' })]
  const native = join(repositoryRoot, 'main/engine/compute/native/index.ts')
  if (!existsSync(native)) tell('skipped: no native executor in this version')
  else {
    const { loadNative } = (await import(native)) as { loadNative: () => LocalExecutor | null }
    const local = loadNative()
    if (local === null) tell('skipped: the native executor is not built here')
    else found.push(asExecutor(local))
  }
  return found
}
