/** Spellings of each unit as it is printed; case counts, since K is not k and s is not S. */
const spellings: Record<string, readonly string[]> = {
  '°C': ['C', 'degC', 'deg C', 'deg_C', 'oC', '°C', '℃', 'ºC', 'Celsius', 'celsius'],
  K: ['K', 'Kelvin', 'kelvin'],
  h: ['h', 'hr', 'hrs', 'hour', 'hours'],
  min: ['min', 'mins', 'minute', 'minutes'],
  s: ['s', 'sec', 'secs', 'second', 'seconds'],
  d: ['days', 'day'],
  'K/s': ['K/s', 'K_s', 'Ks-1', 'K s-1', 'K·s-1'],
  '°C/s': ['C/s', 'C_s', '°C/s', 'degC/s', 'ºC/s'],
  'K/min': ['K/min', 'K_min'],
  '°C/min': ['C/min', 'C_min', '°C/min', 'degC/min'],
  '°C/h': ['C/h', 'C_h', '°C/h'],
  '1/s': ['1/s', '1_s', 's-1', 's^-1', 's⁻¹'],
  MPa: ['MPa', 'Mpa', 'mpa', 'N/mm2', 'N/mm²'],
  GPa: ['GPa', 'Gpa', 'gpa'],
  kPa: ['kPa'],
  Pa: ['Pa'],
  HV: ['HV', 'Hv', 'HV0.1', 'HV1', 'HV5', 'HV10', 'HV30'],
  HRC: ['HRC'],
  HRB: ['HRB'],
  HB: ['HB', 'HBW'],
  'MPa·√m': ['MPa·√m', 'MPa√m', 'MPa_m05', 'MPa m^0.5', 'MPa·m^0.5'],
  J: ['J', 'Joule'],
  'J/cm²': ['J/cm2', 'J_cm2', 'J/cm²'],
  'J/m²': ['J/m2', 'J_m2', 'J/m²'],
  'J/mm³': ['J/mm3', 'J_mm3', 'J/mm³'],
  '%': ['%', 'pct', 'percent', 'per cent'],
  'wt%': ['wt%', 'wt.%', 'wt. %', 'wt %', 'wt', 'wtpct', 'wt_pct', 'mass%', 'mass %', 'w%', 'weight%', 'm%'],
  'at%': ['at%', 'at.%', 'at. %', 'at %', 'at', 'atpct', 'at_pct', 'a%', 'atomic%'],
  'mol%': ['mol%', 'mol.%', 'mol %', 'molpct', 'mol_pct'],
  'vol%': ['vol%', 'vol.%', 'vol %', 'volpct', 'vol_pct', 'vol'],
  ppm: ['ppm', 'wppm'],
  '1': ['1', 'frac', 'fraction', 'ratio', '-', '–'],
  nm: ['nm'],
  µm: ['µm', 'μm', 'um', 'micron', 'microns'],
  mm: ['mm'],
  cm: ['cm'],
  m: ['m'],
  px: ['px', 'pixel', 'pixels'],
  'µm²': ['µm²', 'μm²', 'um2', 'um^2'],
  '1/µm²': ['1/µm²', '1/μm²', '1/um2', 'um-2', '1_um2'],
  '1/mm²': ['1/mm²', '1/mm2', 'mm-2', '1_mm2'],
  'mm/s': ['mm/s', 'mm_s'],
  'm/s': ['m/s', 'm_s'],
  'm/min': ['m/min', 'm_min'],
  'mm/min': ['mm/min', 'mm_min'],
  'g/cm³': ['g/cm³', 'g/cm3', 'g_cm3', 'gcm3'],
  'kg/m³': ['kg/m³', 'kg/m3', 'kg_m3'],
  W: ['W', 'Watt'],
  kW: ['kW'],
  'W/(m·K)': ['W/mK', 'W/(m·K)', 'W/(mK)', 'W/m/K', 'W_mK'],
  'J/(kg·K)': ['J/kgK', 'J/(kg·K)', 'J/(kgK)', 'J_kgK'],
  'kJ/mol': ['kJ/mol', 'kJ_mol'],
  V: ['V'],
  kV: ['kV'],
  A: ['A'],
  Hz: ['Hz'],
  T: ['T', 'Tesla'],
  bar: ['bar'],
  mbar: ['mbar'],
  dpa: ['dpa'],
  '%IACS': ['%IACS', 'IACS', '% IACS', 'pct_IACS'],
}

const unitOfSpelling = new Map(
  Object.entries(spellings).flatMap(([unit, list]) => list.map((spelling) => [spelling, unit] as const)),
)

/** The unit as printed for one way of writing it, or null when it is not known. */
export function knownUnit(spelling: string): string | null {
  return unitOfSpelling.get(spelling.trim()) ?? null
}

/** Letters that as a last word are more often a name than a unit: element, sample letter, parameter. */
const notAsSuffix = new Set([
  'A',
  'T',
  'V',
  '1',
  '-',
  '–',
  'm',
  'ratio',
  'fraction',
  'day',
  'days',
  'second',
  'pixel',
])
/** Before these, a last "C" is carbon. */
const amountWords = new Set([
  'wt',
  'at',
  'mol',
  'mass',
  'x',
  'comp',
  'wt%',
  'at%',
  'mol%',
  'ppm',
  'c',
  'frac',
])

export interface ParsedHeader {
  /** Name without a unit in brackets; a unit at the end of the name stays in it. */
  readonly name: string
  /** Unit as printed, '' when none is recognised. */
  readonly unit: string
}

function suffixUnit(header: string, others: ReadonlySet<string>): string {
  const tokens = header.split(/[_\s]+/)
  for (const length of [2, 1]) {
    if (tokens.length <= length) continue
    const suffix = tokens.slice(-length).join('_')
    const unit = knownUnit(suffix)
    if (unit === null || notAsSuffix.has(suffix)) continue
    const before = tokens[tokens.length - length - 1]!.toLowerCase()
    if (length === 1 && suffix.length === 1 && amountWords.has(before)) continue
    // "x_min" beside "x_max" is the least x, not minutes.
    const stem = header.slice(0, header.length - suffix.length)
    // A rate "per second" loses its bar in a name: strain_rate_s.
    if (suffix === 's' && /rate$/i.test(before)) return '1/s'
    if (suffix === 'min' && (others.has(`${stem}max`) || others.has(`${stem}mean`))) continue
    return unit
  }
  const first = tokens[0]!
  if (tokens.length > 1 && amountWords.has(first.toLowerCase())) return knownUnit(first) ?? ''
  return ''
}

/**
 * Name and unit of a column header: "age (°C)", "age [C]", "age / °C", "age_C", "cooling_rate_K_s", "Cr_wt%",
 * "wt_Cr". A unit is taken only when it is known; `others` are all headers of the table.
 */
export function parseHeader(header: string, others: ReadonlySet<string> = new Set()): ParsedHeader {
  const bracket = /^(.*\S)\s*[([{]([^()[\]{}]*(?:\([^()]*\))?[^()[\]{}]*)[)\]}]$/.exec(header)
  if (bracket !== null) {
    const unit = knownUnit(bracket[2]!)
    if (unit !== null) return { name: bracket[1]!, unit }
  }
  const slash = /^(.*\S)\s+[/,]\s*(\S+)$/.exec(header)
  if (slash !== null) {
    const unit = knownUnit(slash[2]!)
    if (unit !== null) return { name: slash[1]!, unit }
  }
  return { name: header, unit: suffixUnit(header, others) }
}
