import { modulationsOf } from './modulations.ts'
import { statisticPlan } from './statistic-list.ts'
import type { GeneratorShape } from './training-graph.ts'
import type { GeneratorSettings, ImageKind } from './types.ts'

/** What follows from the kind of images, the number of phases and the settings. */
export function shapeOf(
  kind: ImageKind,
  phases: number,
  planes: number,
  inputs: number,
  features: number,
  leastPx: number,
  settings: GeneratorSettings,
): GeneratorShape {
  const grey = kind === 'grey'
  const fields = grey ? 1 : phases - 1
  return {
    settings,
    hyper: { inputs, features, hidden: settings.hidden, latent: settings.latent },
    layout: modulationsOf(settings, fields, grey),
    fields,
    planes,
    grey,
    plan: statisticPlan(Math.min(settings.gridPx, leastPx)),
    pairs: grey
      ? []
      : Array.from({ length: planes }, (_, i) =>
          Array.from({ length: planes - 1 - i }, (_, j) => [i, i + 1 + j] as const),
        ).flat(),
  }
}
