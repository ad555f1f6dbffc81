import { ContractError } from '../../../contract/index.ts'
import { isPowerOfTwo } from '../../math/index.ts'
import type { GeneratorSettings, GeneratorSpec } from './types.ts'

const defaults: GeneratorSettings = {
  gridPx: 64,
  layers: 6,
  groups: 2,
  bands: 8,
  latent: 6,
  hidden: 6,
  steps: 1000,
  conditionsPerStep: 4,
  imagesPerCondition: 4,
  rate: 0.004,
  temper: 1,
  discrepancy: 0.01,
}

/** The settings of a fit, checked. Error BAD_REQUEST for those that make no generator. */
export function settingsOf(spec: GeneratorSpec): GeneratorSettings {
  const settings = { ...defaults, ...spec.settings }
  const whole = (value: number, least: number): boolean => Number.isInteger(value) && value >= least
  const faults = [
    [isPowerOfTwo(settings.gridPx) && settings.gridPx >= 32 && settings.gridPx <= 256, 'gridPx'],
    [whole(settings.layers, 1), 'layers'],
    [whole(settings.groups, 1) && settings.layers % settings.groups === 0, 'groups'],
    [whole(settings.bands, 2), 'bands'],
    [whole(settings.latent, 1), 'latent'],
    [whole(settings.hidden, 1), 'hidden'],
    [whole(settings.steps, 1), 'steps'],
    [whole(settings.conditionsPerStep, 1), 'conditionsPerStep'],
    [whole(settings.imagesPerCondition, 2) && settings.imagesPerCondition % 2 === 0, 'imagesPerCondition'],
    [settings.rate > 0 && settings.temper >= 0 && settings.discrepancy > 0, 'rate, temper or discrepancy'],
  ] as const
  for (const [right, name] of faults)
    if (!right) throw new ContractError('BAD_REQUEST', 'The generator has a setting out of range.', name)
  return settings
}
