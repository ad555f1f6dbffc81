/**
 * Labels of the 8-connected components of a mask (non-zero = phase), rows × cols, numbered 1..count in raster
 * order of their first pixel; two-pass union-find.
 */
export function labelComponents(
  mask: Uint8Array,
  rows: number,
  cols: number,
): { labels: Int32Array; count: number } {
  const labels = new Int32Array(rows * cols)
  const parent = [0]
  const find = (a: number): number => {
    let root = a
    while (parent[root]! !== root) root = parent[root]!
    while (parent[a]! !== root) {
      const next = parent[a]!
      parent[a] = root
      a = next
    }
    return root
  }
  for (let row = 0, i = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++, i++) {
      if (mask[i] === 0) continue
      const left = col > 0 ? labels[i - 1]! : 0
      const up = row > 0 ? labels[i - cols]! : 0
      const upLeft = row > 0 && col > 0 ? labels[i - cols - 1]! : 0
      const upRight = row > 0 && col < cols - 1 ? labels[i - cols + 1]! : 0
      let label = up || upLeft || left || upRight
      if (label === 0) {
        label = parent.length
        parent.push(label)
      } else if (upRight !== 0 && up === 0 && (upLeft !== 0 || left !== 0)) {
        // Only the upper right neighbour can belong to another tree than the ones already joined.
        const a = find(label)
        const b = find(upRight)
        if (a < b) parent[b] = a
        else parent[a] = b
      }
      labels[i] = label
    }
  }
  const number = new Int32Array(parent.length)
  let count = 0
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 0) continue
    const root = find(labels[i]!)
    if (number[root] === 0) number[root] = ++count
    labels[i] = number[root]!
  }
  return { labels, count }
}

/** Renumbers labels 1..k in raster order of their first pixel, in place; gives k. */
export function renumber(labels: Int32Array, highest: number): number {
  const number = new Int32Array(highest + 1)
  let count = 0
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!
    if (label === 0) continue
    if (number[label] === 0) number[label] = ++count
    labels[i] = number[label]!
  }
  return count
}

/** Sets components of fewer than `minAreaPx` pixels to 0 and renumbers the rest, in place; gives how many stay. */
export function removeSmall(labels: Int32Array, count: number, minAreaPx: number): number {
  const areas = new Int32Array(count + 1)
  for (let i = 0; i < labels.length; i++) areas[labels[i]!]!++
  for (let i = 0; i < labels.length; i++) if (areas[labels[i]!]! < minAreaPx) labels[i] = 0
  return renumber(labels, count)
}
