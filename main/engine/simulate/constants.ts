/**
 * Constants of the demo alloy: a ferritic Fe–Cr–Ni–Al steel hardened by coherent B2-NiAl, the family of the
 * NiAl-strengthened ferritic superalloys (Fe–10Cr–10Ni–6.5Al, wt%; Teng, Liaw, Ghosh and co-workers; Vo, Dunand).
 * They are chosen within the ranges known for the family, so that every size, fraction and strength is one a
 * laboratory could meet. They are not a fit to data, and the simulator claims no alloy's true values.
 */
export const alloy = {
  /** Shear modulus of α-iron with Cr and Al, MPa, and Burgers vector a√3/2, nm. */
  shearModulusMPa: 77_000,
  burgersNm: 0.248,
  poisson: 0.29,
  /** Taylor factor; 2.75–3.06 is used for bcc (Stoller & Zinkle 2000). */
  taylor: 2.9,
  taylorAlpha: 0.25,
  /** Dislocations left after solution treatment, 1/m². */
  dislocationDensityPerM2: 5e12,
  /** Lattice friction of α-iron, MPa, and Hall–Petch slope of ferrite, MPa µm^½ (0.6 MPa m^½ = 600 MPa µm^½). */
  frictionMPa: 50,
  hallPetchMPaSqrtUm: 600,
  /**
   * Fleischer coefficients, MPa per (atomic fraction)^½, of the order tabulated for iron by Galindo-Nava,
   * Rainforth and Rivera-Díaz-del-Castillo (2016). Al (about 200) would add below 5 MPa here and is left out:
   * the truth holds no arrow that no experiment could see.
   */
  fleischerCrMPa: 622,
  fleischerNiMPa: 708,
  /** Mean molar mass used for wt% → at%, fixed so that Cr does not move the others' fractions, g/mol. */
  molarMassMean: 54,
  molarMassCr: 51.996,
  molarMassNi: 58.693,
  molarMassAl: 26.982,
  /** ln([Ni][Al]) = a − b/T of B2-NiAl in ferrite, atomic fractions, T in K: solvus about 1000–1110 °C. */
  solubilityA: 2.0,
  solubilityBK: 8880,
  /**
   * Share of the equilibrium fraction that forms before ageing, on cooling and heating up; then the JMAK rate at
   * 700 °C, 1/h, its activation energy (diffusion of Ni and Al in α-Fe), and its exponent: 1 for a fixed number of
   * nuclei that compete for solute. Chosen so that under-ageing is spread over the design, not a cliff in one corner.
   */
  formedOnCooling: 0.5,
  jmakRate700PerH: 0.1,
  jmakActivationJ: 240_000,
  jmakExponent: 1,
  /** Radius at the start of coarsening at 1 K/s, nm, and exponent of the cooling rate. */
  startRadiusNm: 90,
  coolingExponent: 0.25,
  /** LSW rate at 700 °C, nm³/h (62 nm after 100 h at 700 °C), and its activation energy. */
  lswRate700Nm3PerH: 2380,
  lswActivationJ: 250_000,
  /** Standard deviation of ln(diameter) of the precipitates, cut at three of them. */
  logSizeSd: 0.22,
  /** Recrystallised grain at a true strain of 1, µm, and exponent of the strain. */
  recrystallisedUm: 18,
  strainExponent: 0.67,
  /** Normal grain growth at solution temperature: D^n − D0^n = k t exp(−Q/RT). */
  growthExponent: 2.5,
  growthRate1200UmPerH: 24_000,
  growthActivationJ: 280_000,
  solutionTimeH: 1,
} as const

/** Scatter that no column explains: standard deviations. */
export const scatter = {
  /** Relative: specimen to specimen, of fraction, radius and grain size. */
  areaFraction: 0.03,
  radius: 0.03,
  grainSize: 0.06,
  /** Relative: field to field of one specimen (segregation). */
  fieldFraction: 0.05,
  /** Relative: reading of the optical micrograph. */
  grainMeasurement: 0.06,
  /** MPa: common to a heat (interstitials not in the table), to a specimen (texture), and of the tensile test. */
  heatMPa: 6,
  specimenMPa: 10,
  yieldMeasurementMPa: 8,
} as const

export const GAS_CONSTANT = 8.314462618
export const KELVIN = 273.15

/** Arrhenius factor relative to a reference temperature, both °C. */
export function arrhenius(activationJ: number, temperatureC: number, referenceC: number): number {
  return Math.exp((activationJ / GAS_CONSTANT) * (1 / (referenceC + KELVIN) - 1 / (temperatureC + KELVIN)))
}
