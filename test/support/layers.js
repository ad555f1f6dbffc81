import { posix, relative, sep, dirname, resolve } from 'node:path'

/**
 * The layer rules of docs/architecture.md, as one table: a file of a room may import from the listed rooms.
 * A room is the longest matching prefix. `packages` lists what it may take from node: and npm.
 */
const science = [
  'readers',
  'segment',
  'measure',
  'dataset',
  'models',
  'causal',
  'simulate',
  'optimize',
  'report',
]
const any = ['*']

export const rooms = {
  'main/contract': { rooms: [], packages: ['zod'] },
  'main/figures': { rooms: ['main/contract', 'main/engine/math'], packages: ['echarts'] },
  'main/engine/math': { rooms: ['main/contract'], packages: [] },
  'main/engine/graph': { rooms: ['main/contract', 'main/engine/math'], packages: [] },
  // Where graphs run: handed to the science rooms as an interface, imported by none of them.
  'main/engine/compute': {
    rooms: ['main/contract', 'main/engine/math', 'main/engine/graph'],
    packages: ['node:', 'onnxruntime-node', '@tensorflow/tfjs-core'],
  },
  ...Object.fromEntries(
    science.map((name) => [
      `main/engine/${name}`,
      {
        rooms: [
          'main/contract',
          'main/engine/math',
          'main/engine/graph',
          'main/engine/dataset',
          'main/figures',
        ],
        packages: ['node:buffer', 'fast-png', 'utif2', 'jpeg-js', 'csv-parse', 'echarts', 'zod'],
      },
    ]),
  ),
  'main/engine/store': { rooms: ['main/contract'], packages: ['better-sqlite3', 'node:', 'zod', 'uuid'] },
  'main/engine/jobs': { rooms: ['main/contract', 'main/engine/store'], packages: ['node:', 'zod', 'uuid'] },
  'main/engine/steps': {
    rooms: ['main/contract', 'main/engine', 'main/figures'],
    packages: ['node:', 'zod'],
  },
  'main/engine': {
    rooms: ['main/contract', 'main/engine', 'main/figures'],
    packages: ['node:', 'zod', 'uuid'],
  },
  // What both the loopback host and the desktop shell decide by: paths, names, headers, messages between them.
  'main/host/shared': { rooms: [], packages: ['node:path', 'node:crypto', 'zod'] },
  'main/host': {
    rooms: ['main/contract', 'main/engine', 'main/host/shared'],
    packages: any,
    not: ['electron'],
  },
  'main/app': { rooms: ['main/contract', 'main/host/shared', 'preload'], packages: any },
  preload: { rooms: ['main/contract'], packages: ['electron'] },
  renderer: {
    rooms: ['main/contract', 'main/figures', 'renderer'],
    packages: any,
    not: ['electron', 'node:', 'better-sqlite3'],
  },
  test: { rooms: any, packages: any },
}

function roomOf(path) {
  let best = null
  for (const name of Object.keys(rooms)) {
    if ((path === name || path.startsWith(name + '/')) && (best === null || name.length > best.length))
      best = name
  }
  return best
}

const matches = (list, name) =>
  list.some(
    (entry) => entry === '*' || name === entry || name.startsWith(entry.endsWith(':') ? entry : entry + '/'),
  )

/** Why `from` may not import `source`, or null when it may. Paths are relative to the repository, '/'-separated. */
export function layerViolation(from, source) {
  const room = roomOf(from)
  if (room === null) return null
  const rule = rooms[room]
  if (!source.startsWith('.')) {
    if (source.endsWith('.css')) return null
    if (rule.not && matches(rule.not, source)) return `${room} may not import ${source}`
    return matches(rule.packages, source) ? null : `${room} may not import the package ${source}`
  }
  const target = posix.normalize(posix.join(posix.dirname(from), source))
  const other = roomOf(target)
  if (other === null || other === room) return null
  if (!matches(rule.rooms, other)) return `${room} may not import ${other}`
  return null
}

export const layers = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = relative(context.cwd, context.filename).split(sep).join('/')
    const check = (node) => {
      const source = node.source?.value
      if (typeof source !== 'string') return
      const message = layerViolation(file, source)
      if (message !== null) context.report({ node, message })
    }
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    }
  },
}

export const repositoryRoot = resolve(dirname(new URL(import.meta.url).pathname), '../..')
