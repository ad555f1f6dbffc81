import type { ClassScore, HeldOutClass } from '../../../contract/index.ts'
import { mean } from '../../math/index.ts'
import type { ClassKind } from './types.ts'

/** Bins of the reliability of the most probable level. */
const BINS = 10

type Row = Pick<HeldOutClass, 'observed' | 'levels' | 'set90'>

const top = (row: Row): Row['levels'][number] =>
  row.levels.reduce((best, one) => (one.probability > best.probability ? one : best))

/**
 * Held-out figures of rows (at least one): mean of −ln p of the observed level, Brier score (sum over levels of squared
 * errors, 0..2), share of rows whose most probable level is the observed one, expected calibration error (Naeini et al.
 * 2015, ten bins of equal width), share of rows whose 90 % set holds the observed level, and mean number of levels in it.
 */
export function scoreClasses(model: ClassKind, output: string, rows: readonly Row[]): ClassScore {
  return {
    model,
    output,
    n: rows.length,
    logLoss: mean(rows.map((row) => -Math.log(Math.max(1e-300, probabilityOf(row, row.observed))))),
    brier: mean(
      rows.map(({ levels, observed }) =>
        levels.reduce(
          (sum, { level, probability }) => sum + (probability - (level === observed ? 1 : 0)) ** 2,
          0,
        ),
      ),
    ),
    accuracy: mean(rows.map((row) => (top(row).level === row.observed ? 1 : 0))),
    calibrationError: reliabilityOf(rows).reduce(
      (sum, bin) => sum + (bin.n / rows.length) * Math.abs(bin.observed - bin.stated),
      0,
    ),
    coverage90: mean(rows.map(({ set90, observed }) => (set90.includes(observed) ? 1 : 0))),
    setSize90: mean(rows.map(({ set90 }) => set90.length)),
  }
}

export function probabilityOf({ levels }: Row, level: string): number {
  return levels.find((one) => one.level === level)?.probability ?? 0
}

/** Mean probability of the most probable level, and how often it was the observed one, in the bins that have rows. */
export function reliabilityOf(rows: readonly Row[]): { stated: number; observed: number; n: number }[] {
  const bins = Array.from({ length: BINS }, () => [] as { stated: number; hit: number }[])
  for (const row of rows) {
    const { level, probability } = top(row)
    bins[Math.min(BINS - 1, Math.floor(probability * BINS))]!.push({
      stated: probability,
      hit: level === row.observed ? 1 : 0,
    })
  }
  return bins
    .filter((bin) => bin.length > 0)
    .map((bin) => ({
      stated: mean(bin.map((one) => one.stated)),
      observed: mean(bin.map((one) => one.hit)),
      n: bin.length,
    }))
}
