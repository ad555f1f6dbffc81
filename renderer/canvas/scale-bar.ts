export interface ScaleBar {
  lengthUm: number
  /** Length on the screen, CSS px. */
  lengthPx: number
  /** "1 µm", "500 nm", "2 mm" */
  label: string
}

/** A length in µm in the unit that needs the fewest figures. */
export function lengthLabel(lengthUm: number): string {
  const digits = (value: number) => String(Number(value.toPrecision(3)))
  if (lengthUm < 1) return `${digits(lengthUm * 1000)} nm`
  return lengthUm < 1000 ? `${digits(lengthUm)} µm` : `${digits(lengthUm / 1000)} mm`
}

/**
 * The longest bar of 1, 2 or 5 times a power of ten that is at most `maxPx` long on the screen.
 * `umPerScreenPx` is the pixel size over the zoom.
 */
export function scaleBar(umPerScreenPx: number, maxPx: number): ScaleBar {
  const maxUm = umPerScreenPx * maxPx
  const decade = 10 ** Math.floor(Math.log10(maxUm))
  const step = [5, 2, 1].find((value) => value * decade <= maxUm * (1 + 1e-9)) ?? 1
  const lengthUm = Number((step * decade).toPrecision(6))
  return { lengthUm, lengthPx: lengthUm / umPerScreenPx, label: lengthLabel(lengthUm) }
}
