import { ContractError } from '../../../contract/index.ts'
import type { PosteriorRows, PosteriorSpec } from './types.ts'

/** Throws BAD_REQUEST naming what does not fit: layers, likelihood, temper, draws or rows. */
export function requirePosterior(spec: PosteriorSpec, rows: PosteriorRows, draws: number): void {
  const fail = (message: string, detail: string): never => {
    throw new ContractError('BAD_REQUEST', message, detail)
  }
  const { layers, likelihood, head } = spec
  const last = layers[layers.length - 1]
  if (last === undefined) return fail('The network has no layers.', 'layers')
  layers.forEach((layer, l) => {
    const before = layers[l - 1]
    if (before !== undefined && before.outputs !== layer.inputs)
      fail(`Layer ${l} takes ${layer.inputs} inputs, the one before gives ${before.outputs}.`, `layer ${l}`)
    for (const size of [layer.inputs, layer.outputs])
      if (!Number.isInteger(size) || size < 1) fail(`Layer ${l} has a size of ${size}.`, `layer ${l}`)
    if (!(layer.weightSd > 0 && layer.biasSd > 0))
      fail(`Layer ${l} has a prior whose sd is not positive.`, `layer ${l}`)
  })
  if (last.activation !== 'identity') fail('The last layer must be linear.', 'layers')
  if (likelihood.kind === 'known' && likelihood.sd.length !== last.outputs)
    fail(`${likelihood.sd.length} noise sds for ${last.outputs} outputs.`, 'likelihood')
  if (likelihood.kind === 'known' && !likelihood.sd.every((sd) => sd > 0 && Number.isFinite(sd)))
    fail('A noise sd is not a positive number.', 'likelihood')
  if (likelihood.kind === 'learned' && !(likelihood.logSdSd > 0 && Number.isFinite(likelihood.logSdMean)))
    fail('The prior of the noise is not proper.', 'likelihood')
  if (spec.outputLayer === 'conditional' && layers.length < 2)
    fail('A conditional last layer needs a hidden one before it.', 'outputLayer')
  const gaussian = head.kind === 'layer-scales' ? head.scales : head
  const base = gaussian.kind === 'flow' ? gaussian.base : gaussian
  if (base.kind === 'low-rank' && !(Number.isInteger(base.rank) && base.rank >= 1))
    fail(`A rank of ${base.rank}.`, 'head')
  if (!(spec.temper > 0 && spec.temper <= 1)) fail(`A temper of ${spec.temper} is not in (0, 1].`, 'temper')
  if (!(draws >= 2 && draws % 2 === 0)) fail(`${draws} draws are no antithetic pairs.`, 'draws')
  const first = layers[0] ?? last
  if (!(rows.n >= 1)) fail('There are no rows to learn from.', 'rows')
  if (rows.x.length !== rows.n * first.inputs)
    fail(`${rows.x.length} input values for ${rows.n} rows of ${first.inputs}.`, 'x')
  if (rows.y.length !== rows.n * last.outputs)
    fail(`${rows.y.length} target values for ${rows.n} rows of ${last.outputs}.`, 'y')
  if (!rows.x.every((v) => Number.isFinite(v))) fail('An input is not finite.', 'x')
  if (!rows.y.every((v) => Number.isFinite(v) || Number.isNaN(v))) fail('A target is infinite.', 'y')
}
