import {
  ContractError,
  measureKey,
  type Column,
  type ColumnRole,
  type DatasetSummary,
  type JobParams,
  type MeasureKey,
  type Note,
  type MethodOutput,
  type Specimen,
  type SpecimenFeature,
} from '../../contract/index.ts'
import { freezeTable } from '../dataset/index.ts'
import type { Step } from '../jobs/index.ts'
import { hashBytes, type Store } from '../store/index.ts'
import { currentSpecimenFeatures } from './current.ts'

/**
 * Measures that enter a dataset unless a person says otherwise. The others follow from these (count and density from
 * fraction and diameter, spacing from both): a causal map over all of them would draw definitions as causes.
 */
const defaultMeasures: ReadonlySet<MeasureKey> = new Set([
  'areaFraction',
  'equivalentCircleDiameterMean',
  'aspectRatioMean',
])

interface Gathered {
  readonly specimens: readonly Specimen[]
  readonly columns: readonly Column[]
  /** Column-major, a row a specimen. */
  readonly values: readonly (readonly (number | string | null)[])[]
  readonly standardErrors: readonly (readonly (number | null)[])[]
  readonly notes: readonly Note[]
}

function standardError(feature: SpecimenFeature | undefined): number | null {
  if (feature?.value === null || feature?.low == null || feature.high === null) return null
  // Intervals of measures are symmetric t intervals over fields; the normal factor keeps the error on the large side.
  return (feature.high - feature.low) / 2 / 1.645
}

interface MeasureColumn {
  readonly key: MeasureKey
  readonly unit: string
  readonly role: ColumnRole
  readonly features: readonly (SpecimenFeature | undefined)[]
}

const inPixels = (unit: string) => unit.includes('px')

/**
 * One measure over the specimens. Lengths in pixels are no lengths: two micrographs of unknown, perhaps different
 * magnification cannot be compared by them, so beside calibrated specimens they count as missing, and where no
 * specimen is calibrated the column stays out unless a person takes it in.
 */
function measureColumn(
  key: MeasureKey,
  features: readonly (SpecimenFeature | undefined)[],
  asked: ColumnRole | undefined,
  notes: Note[],
): MeasureColumn {
  const known = features.filter((feature) => feature?.value != null)
  const calibrated = known.find((feature) => !inPixels(feature!.unit))
  const unit = (calibrated ?? known[0])?.unit ?? '1'
  const wanted = asked ?? (defaultMeasures.has(key) ? 'microstructure' : 'ignored')
  const left = features.map((feature) => (feature?.unit === unit ? feature : undefined))
  const lost = known.filter((feature) => feature!.unit !== unit).length
  if (lost > 0 && wanted !== 'ignored') {
    notes.push({
      code: 'UNCALIBRATED',
      message: `${lost} uncalibrated specimens have no value: pixels are no lengths.`,
      item: key,
    })
  }
  if (!inPixels(unit) || wanted === 'ignored') return { key, unit, role: wanted, features: left }
  const message =
    asked === undefined
      ? 'In pixels, and left out: micrographs of different magnification cannot be compared by it.'
      : 'In pixels: it compares specimens only if all micrographs have one magnification.'
  notes.push({ code: 'UNCALIBRATED', message, item: key })
  return { key, unit, role: asked ?? 'ignored', features: left }
}

/** One row a measured specimen: process table and specimen features side by side. */
function gather(store: Store, roles: Readonly<Record<string, ColumnRole>>): Gathered {
  const bySpecimen = new Map<string, Map<MeasureKey, SpecimenFeature>>()
  const features = currentSpecimenFeatures(store)
  for (const feature of features) {
    const own = bySpecimen.get(feature.specimenId) ?? new Map<MeasureKey, SpecimenFeature>()
    own.set(feature.measure, feature)
    bySpecimen.set(feature.specimenId, own)
  }
  const specimens = store.specimens.list().filter((specimen) => bySpecimen.has(specimen.id))
  const process = store.specimens.columns()
  const processValues = process.map((column) =>
    specimens.map((specimen) => {
      const value = specimen.values.find((entry) => entry.column === column.name)
      return (column.kind === 'number' ? value?.number : value?.text) ?? null
    }),
  )
  const notes: Note[] = []
  const measures = measureKey.options
    .filter((key) => features.some((feature) => feature.measure === key))
    .map((key) =>
      measureColumn(
        key,
        specimens.map((specimen) => bySpecimen.get(specimen.id)?.get(key)),
        roles[key],
        notes,
      ),
    )
  return {
    specimens,
    columns: [
      ...process.map((column, i) => ({
        ...column,
        role: roles[column.name] ?? column.role,
        levels:
          column.kind === 'category'
            ? [...new Set(processValues[i]!.filter((v) => typeof v === 'string'))]
            : [],
      })),
      ...measures.map(({ key, unit, role }) => ({
        name: key,
        unit,
        role,
        kind: 'number' as const,
        levels: [],
      })),
    ],
    values: [
      ...processValues,
      ...measures.map((measure) => measure.features.map((feature) => feature?.value ?? null)),
    ],
    standardErrors: [
      ...process.map(() => specimens.map(() => null)),
      ...measures.map((measure) => measure.features.map(standardError)),
    ],
    notes,
  }
}

/** Specimens of one heat depend on each other; without a heat, those of the same composition and process do. */
function groupsOf({ specimens, columns, values }: Gathered): string[] {
  const causes = columns
    .map((column, i) => ({ column, i }))
    .filter(({ column }) => column.role === 'composition' || column.role === 'process')
  return specimens.map((specimen, row) => {
    if (specimen.group !== '') return specimen.group
    const key = causes.map(({ column, i }) => `${column.name}=${values[i]![row] ?? '–'}`).join('; ')
    return key === '' || causes.every(({ i }) => values[i]![row] === null) ? specimen.name : key
  })
}

export function proposedColumns(store: Store): MethodOutput<'dataset.roles'> {
  const { columns, values } = gather(store, {})
  return columns.map((column, i) => {
    const filled = values[i]!.filter((value) => value !== null)
    return {
      name: column.name,
      unit: column.unit,
      role: column.role,
      kind: column.kind,
      filled: filled.length,
      distinct: new Set(filled).size,
    }
  })
}

export const freezeStep: Step<JobParams['freeze']> = {
  kind: 'freeze',
  plan({ store }, params) {
    const gathered = gather(store, params.roles)
    if (gathered.specimens.length === 0)
      throw new ContractError('NO_FEATURES', 'There is no measured specimen to freeze.')
    const unknown = Object.keys(params.roles).find(
      (name) => !gathered.columns.some((column) => column.name === name),
    )
    if (unknown !== undefined)
      throw new ContractError('COLUMN_UNKNOWN', `There is no column "${unknown}" to give a role to.`, unknown)
    return {
      inputs: {
        columns: gathered.columns,
        values: gathered.values,
        groups: groupsOf(gathered),
        specimens: gathered.specimens.map((specimen) => specimen.name),
      },
      units: [],
      unitName: 'datasets',
    }
  },
  unit: () => Promise.reject(new Error('freezing is one unit')),
  async finish({ store, jobId, seed }, params) {
    await Promise.resolve()
    const gathered = gather(store, params.roles)
    const { table, bytes, notes } = freezeTable({
      specimens: gathered.specimens.map((specimen) => specimen.name),
      groups: groupsOf(gathered),
      columns: gathered.columns,
      values: gathered.values,
      standardErrors: gathered.standardErrors,
      folds: params.folds,
      seed,
    })
    return () => {
      const document: Omit<DatasetSummary, 'id' | 'jobId' | 'createdAt'> = {
        name: params.name,
        hash: hashBytes(bytes),
        rowCount: table.specimens.length,
        groupCount: new Set(table.groups).size,
        foldCount: new Set(table.folds).size,
        columns: table.columns,
        notes: [...gathered.notes, ...notes],
      }
      return {
        datasetId: store.results.insert('dataset', jobId, document, store.putBlob(bytes, 'application/json')),
      }
    }
  },
}
