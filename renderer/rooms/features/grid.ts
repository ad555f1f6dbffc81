import { formatFixed, formatNumber, formatQuantity, quantityParts } from '../../ui/format.ts'
import type { GridColumn } from '../../ui/grid.ts'
import type { SpecimenLine } from './measures.ts'

/** Why a person should look at this line: the engine's flag, and how far it lies from the rest. */
export function flagText({ feature, outlier, z }: SpecimenLine): string {
  const parts = [
    ...(feature.flag === null ? [] : [feature.flag]),
    ...(outlier && z !== null ? [`far from the rest (robust z ${formatNumber(z, 2)})`] : []),
  ]
  return parts.join('; ')
}

export function specimenGrid(unit: string): GridColumn<SpecimenLine>[] {
  return [
    { key: 'specimen', title: 'Specimen', width: 110, value: (line) => line.feature.specimenName },
    {
      key: 'value',
      title: 'Value ± interval',
      unit,
      align: 'right',
      width: 150,
      value: (line) => line.feature.value,
      // The level and the method show on hover.
      text: (line) => quantityParts(line.feature).number,
      hint: (line) => formatQuantity(line.feature),
    },
    { key: 'low', title: 'Low', unit, align: 'right', value: (line) => line.feature.low },
    { key: 'high', title: 'High', unit, align: 'right', value: (line) => line.feature.high },
    { key: 'fields', title: 'Fields', align: 'right', width: 64, value: (line) => line.feature.n },
    {
      key: 'z',
      title: 'Robust z',
      align: 'right',
      width: 80,
      value: (line) => line.z,
      text: (line) => (line.z === null ? '–' : formatFixed(line.z, 2)),
    },
    {
      key: 'flag',
      title: 'Flag',
      width: 220,
      value: (line) => (flagText(line) === '' ? null : flagText(line)),
      text: flagText,
    },
    { key: 'method', title: 'Method', width: 180, value: (line) => line.feature.method, hidden: true },
  ]
}
