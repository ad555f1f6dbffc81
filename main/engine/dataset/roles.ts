import type { ColumnRole } from '../../contract/index.ts'

const elements = new Set(
  (
    'H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr ' +
    'Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir ' +
    'Pt Au Hg Tl Pb Bi Th U'
  ).split(' '),
)

const amountUnits = new Set(['wt%', 'at%', 'mol%', 'ppm'])
const propertyUnits = new Set([
  'MPa',
  'GPa',
  'HV',
  'HRC',
  'HRB',
  'HB',
  'MPa·√m',
  'J',
  'J/cm²',
  'W/(m·K)',
  'J/(kg·K)',
  '%IACS',
])
const processUnits = new Set([
  '°C',
  'K',
  'h',
  'min',
  's',
  'd',
  'K/s',
  '°C/s',
  'K/min',
  '°C/min',
  '°C/h',
  '1/s',
  'W',
  'kW',
  'mm/s',
  'm/s',
  'm/min',
  'mm/min',
  'J/mm³',
  'bar',
  'mbar',
])

const contextWords =
  /\b(file ?name|image|micrograph|original|split|magnification|detector|operator|date|doi|url|source|reference|comment|note|paper|pixel|row no)\b|\bid$/
const propertyWords =
  /\b(yield|proof|uts|ys|strength|elongation|hardness|modul\w*|young\w*|toughness|fatigue|ductility|reduction (?:in|of) area|charpy|impact|rupture|life|creep rate|conductivity|resistivity|density|solvus|solidus|liquidus|melting|transus|corrosion|wear|magneti\w*|coercivity|poisson\w*|absorptivity)\b/
const microstructureWords =
  /\b(grains?|precipitates?|particles?|fractions?|frac|phases?|porosity|pores?|inclusions?|incl|diameter|ecd|spacing|intercept|aspect ratio|circularity|neighbou?r|lamella\w*|dendrit\w*|colony|twin\w*|texture|martensite|austenite|ferrite|bainite|pearlite|gamma prime|microstructure|number density|object count)\b/
const processWords =
  /\b(temperature|temp|time|hold\w*|ag(?:e|ed|eing|ing)|anneal\w*|homogeni[sz]\w*|solution\w*|quench\w*|cool\w*|heat\w*|ht\d*|rate|reduction|roll\w*|forg\w*|draw\w*|extru\w*|route|temper\w*|austeniti[sz]\w*|normali[sz]\w*|harden\w*|carburi[sz]\w*|diffus\w*|nitrid\w*|deform\w*|strain|stress relief|treat\w*|process\w*|manufactur\w*|condition|power|speed|velocity|hatch|layer|beam|spot|scan|atmosphere|pressure|hip\w*|sinter\w*|cast\w*|pass(?:es)?|current|voltage|dose|irradiation|powder)\b/

/** Lower-case words of a name: "yieldStrength_MPa" → "yield strength mpa". */
function words(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[^A-Za-z0-9]+/g, ' ')
    .toLowerCase()
    .trim()
}

/** Stresses that are set, not found. */
const appliedWords = /\b(hip|pressure|applied|preload|load)\b/

/** Whether a name says plainly that the column describes the record and not the alloy. */
export function namesContext(name: string): boolean {
  return contextWords.test(words(name))
}

/** Whether a name is an amount of one element: "Cr", "Cr_wt%", "Cr (at%)", "wt_Cr", "x_Cr". */
function namesElement(name: string): boolean {
  const tokens = name.split(/[^A-Za-z0-9]+/).filter((token) => token !== '')
  const amount = /^(wt|at|mol|mass|ppm|pct|x|comp|frac|bal)$/i
  const rest = tokens.filter((token) => !amount.test(token))
  return rest.length === 1 && elements.has(rest[0]!)
}

/**
 * What a column most likely is to a campaign, from its name and unit. A guess: shown to the person and overridable.
 * Composition: elements and amounts; property: strengths, hardness, energies; process: temperatures, times, rates,
 * routes; microstructure: grains, phases, fractions, sizes; context: everything else, which no model is given.
 */
export function guessRole(name: string, unit: string): ColumnRole {
  const text = words(name)
  if (namesContext(name)) return 'context'
  if (namesElement(name) && (amountUnits.has(unit) || unit === '' || unit === '1' || unit === '%'))
    return 'composition'
  if (propertyUnits.has(unit)) return appliedWords.test(text) ? 'process' : 'property'
  if (propertyWords.test(text)) return 'property'
  if (processUnits.has(unit)) return 'process'
  if (microstructureWords.test(text)) return 'microstructure'
  if (processWords.test(text)) return 'process'
  if (amountUnits.has(unit)) return 'composition'
  if (unit === 'µm' || unit === 'nm' || /\bsize\b/.test(text)) return 'microstructure'
  return 'context'
}
