import { GAS_CONSTANT, kelvin } from '../constants.ts'

/** ln k of k = k_ref exp(−Q/R (1/T − 1/Tref)): Arrhenius' law about a reference temperature, where k_ref is known best. */
export function lnArrhenius(
  lnReference: number,
  activationEnergyJPerMol: number,
  temperatureC: number,
  referenceC: number,
): number {
  return (
    lnReference -
    (activationEnergyJPerMol / GAS_CONSTANT) * (1 / kelvin(temperatureC) - 1 / kelvin(referenceC))
  )
}
