import type { GraphBuilder, NodeId } from '../../graph/index.ts'
import type { RandomStream } from '../../math/index.ts'
import { flowHead } from './flow.ts'
import { fullCovarianceHead, lowRankHead } from './gaussian-heads.ts'
import { implicitHead } from './implicit.ts'
import type { DistributionSpec, HeadGraph } from './types.ts'

/** Numbers drawn for one sample of `size` coordinates: the width of z. */
export function latentSize(spec: DistributionSpec, size: number): number {
  switch (spec.kind) {
    case 'full-covariance':
      return size
    case 'low-rank':
      return spec.rank + size
    case 'implicit':
      return spec.latent + size
    case 'flow':
      return latentSize(spec.base, size)
  }
}

/** Appends the head to the graph. draws z: S x latentSize(spec, size); `stream` gives its start values. */
export function distributionHead(
  builder: GraphBuilder,
  spec: DistributionSpec,
  z: NodeId,
  size: number,
  stream: RandomStream,
): HeadGraph {
  switch (spec.kind) {
    case 'full-covariance':
      return fullCovarianceHead(builder, z, size, stream)
    case 'low-rank':
      return lowRankHead(builder, z, size, spec.rank, stream)
    case 'implicit':
      return implicitHead(builder, z, size, spec, stream)
    case 'flow': {
      const base = distributionHead(builder, spec.base, z, size, stream)
      return flowHead(builder, base, spec, size, stream)
    }
  }
}
