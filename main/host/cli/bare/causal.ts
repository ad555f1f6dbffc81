import * as z from 'zod'
import { ContractError, edgeMark, edgeTriple, knowledge as knowledgeSchema } from '../../../contract/index.ts'
import type { EdgeTriple, Knowledge, Note } from '../../../contract/index.ts'
import type { Discovery } from '../../../engine/causal/index.ts'
import type { Table } from '../../../engine/dataset/table.ts'
import { choiceFlag, integerFlag, neededFlag, numberFlag, parseNumber } from '../flags.ts'
import { UsageError, type Arguments, type CliContext, type Flag, type Form, type Outcome } from '../verb.ts'
import { readJsonFile } from './files.ts'
import { readTable } from './table.ts'

const csv: Flag = { name: 'csv', value: 'FILE', help: 'Table with one header line.', required: true }
const knowledgeFlag: Flag = {
  name: 'knowledge',
  value: 'FILE',
  help: 'JSON {tiers, required, forbidden}; kept without exception.',
}
const seedFlag: Flag = { name: 'seed', value: 'N', help: 'Seed of the resampling. Default: 1.' }
const searchFlags: readonly Flag[] = [
  knowledgeFlag,
  { name: 'alpha', value: 'A', help: 'Level of each single test. Default: falls with the number of rows.' },
  { name: 'bootstrap', value: 'B', help: 'Resamples for the stability of edges. Default: 0.' },
  { name: 'resampling', value: 'FILE', help: 'JSON: arrays of 0-based rows, one for each resample.' },
  seedFlag,
  { name: 'engine', value: 'pc', help: 'Way to search. Default: pc.' },
]

/** «causal discover --csv FILE» */
export const discoverForm: Form = {
  summary: 'Map causes of a table.',
  positionals: [],
  flags: [csv, ...searchFlags],
  run: async (context, given) => {
    const { table, notes } = causalTable(neededFlag(given, 'csv'))
    const { discovery, cpuS } = await search(context, given, table)
    return {
      value: {
        nodes: discovery.nodes.map(({ name }) => name),
        edges: discovery.edges.map(({ from, mark, to }) => [from, mark, to]),
        ...(discovery.resamples > 0 ? { scores: discovery.scores } : {}),
        tests: discovery.testCount,
        cpuS,
        warnings: [...notes, ...discovery.warnings, ...codeWarnings(table)],
      },
    }
  },
}

/** «causal meek --cases FILE»: knowledge brought into graphs whose class is known. */
export const meekForm: Form = {
  summary: 'Close knowledge on graphs: [{id, nodes, cpdag, knowledge}] to [{id, result}].',
  positionals: [],
  flags: [{ name: 'cases', value: 'FILE', help: 'JSON list of cases.', required: true }],
  run: async (_context, given): Promise<Outcome> => {
    const { closeKnowledge } = await import('../../../engine/causal/index.ts')
    const cases = parsed(meekCases, readJsonFile(neededFlag(given, 'cases')), 'The cases')
    return {
      value: cases.map(({ id, nodes, cpdag, knowledge }) => ({
        id,
        result: closeKnowledge(nodes, cpdag, knowledge),
      })),
    }
  },
}

const meekCases = z.array(
  z.object({
    id: z.union([z.number(), z.string()]),
    nodes: z.array(z.string()),
    cpdag: z.array(edgeTriple),
    knowledge: knowledgeSchema.prefault({}),
  }),
)

/** «causal effects --csv FILE (--graph FILE | --discover) --treatment X --outcome Y» */
export const effectsForm: Form = {
  summary: 'Estimate the effect of do(treatment = x) on an outcome of a table.',
  positionals: [],
  flags: [
    csv,
    { name: 'treatment', value: 'X', help: 'Column that is set.', required: true },
    { name: 'outcome', value: 'Y', help: 'Column that answers.', required: true },
    { name: 'graph', value: 'FILE', help: 'JSON as causal discover prints it.' },
    { name: 'discover', value: null, help: 'Map causes first.' },
    {
      name: 'at',
      value: 'x0,x1',
      help: 'Values of the treatment at which the curve is given. Default: over its measured range.',
    },
    ...searchFlags,
  ],
  run: async (context, given) => {
    const graphFile = given.flags.get('graph')
    const discovers = given.flags.has('discover')
    if ((graphFile === undefined) === !discovers)
      throw new UsageError('Give either --graph FILE or --discover.')
    const at = given.flags
      .get('at')
      ?.split(',')
      .map((text) => parseNumber(text, '--at'))
    if (at !== undefined && at.length < 2) throw new UsageError('--at takes at least two values.')
    const { table, notes } = causalTable(neededFlag(given, 'csv'))
    const { estimateEffect } = await import('../../../engine/causal/index.ts')
    const found = discovers ? (await search(context, given, table)).discovery : null
    const graph = found ?? tieredGraph(graphFile ?? '', knowledgeOf(given))
    const effect = estimateEffect(
      table,
      graph,
      {
        treatment: neededFlag(given, 'treatment'),
        outcome: neededFlag(given, 'outcome'),
        ...(at === undefined ? {} : { at }),
        ...(found === null ? {} : { resampleGraphs: found.resampleGraphs }),
      },
      context.progress,
    )
    return { value: { ...effect, warnings: [...notes, ...effect.warnings] } }
  },
}

async function search(
  context: CliContext,
  given: Arguments,
  table: Table,
): Promise<{ discovery: Discovery; cpuS: number }> {
  const { discover } = await import('../../../engine/causal/index.ts')
  choiceFlag(given, 'engine', ['pc'])
  const alpha = numberFlag(given, 'alpha')
  if (alpha !== undefined && !(alpha > 0 && alpha < 1)) throw new UsageError('--alpha lies between 0 and 1.')
  const resampling = given.flags.get('resampling')
  const rows = resampling === undefined ? undefined : readResampling(resampling, table.rowIds.length)
  const knowledge = knowledgeOf(given)
  const started = process.cpuUsage()
  const discovery = discover(
    table,
    {
      alpha: alpha ?? null,
      resamples: integerFlag(given, 'bootstrap', 0) ?? 0,
      seed: integerFlag(given, 'seed', 0) ?? 1,
      ...(knowledge === undefined ? {} : { knowledge }),
      ...(rows === undefined ? {} : { resampleRows: rows }),
    },
    context.progress,
  )
  const { user, system } = process.cpuUsage(started)
  return { discovery, cpuS: (user + system) / 1e6 }
}

/**
 * Every column takes part but the one that names groups of dependent rows; roles are a matter of projects, a bare
 * table brings its knowledge in a file.
 */
function causalTable(path: string): { table: Table; notes: Note[] } {
  const { table, groupColumn, notes } = readTable(path)
  const columns = table.columns.filter(({ name }) => name !== groupColumn)
  const grouped: Note[] =
    groupColumn === null
      ? []
      : [
          {
            code: 'GROUPED_ROWS',
            message: `Rows of one ${groupColumn} count as dependent; the column itself takes no part in the map.`,
            item: groupColumn,
          },
        ]
  return {
    table: { ...table, columns: columns.map((column) => ({ ...column, role: 'process' as const })) },
    notes: [...notes, ...grouped],
  }
}

function knowledgeOf(given: Arguments): Knowledge | undefined {
  const file = given.flags.get('knowledge')
  return file === undefined ? undefined : parsed(knowledgeSchema, readJsonFile(file), 'The knowledge')
}

function readResampling(file: string, rowCount: number): Int32Array[] {
  const draws = parsed(
    z
      .array(
        z
          .array(
            z
              .number()
              .int()
              .min(0)
              .max(rowCount - 1),
          )
          .min(1),
      )
      .min(1),
    readJsonFile(file),
    'The resampling',
  )
  return draws.map((rows) => Int32Array.from(rows))
}

const graphFile = z.object({
  nodes: z.array(z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)])),
  edges: z.array(
    z.union([
      edgeTriple,
      z
        .object({ from: z.string(), mark: edgeMark, to: z.string() })
        .transform(({ from, mark, to }): EdgeTriple => [from, mark, to]),
    ]),
  ),
})

/** A graph from a file; the tiers of the knowledge restrict what may be adjusted for. */
function tieredGraph(
  file: string,
  knowledge: Knowledge | undefined,
): { nodes: { name: string; tier: number }[]; edges: EdgeTriple[] } {
  const { nodes, edges } = parsed(graphFile, readJsonFile(file), 'The graph')
  const tierOf = (name: string): number =>
    Math.max(
      0,
      (knowledge?.tiers ?? []).findIndex((tier) => tier.includes(name)),
    )
  return { nodes: nodes.map((name) => ({ name, tier: tierOf(name) })), edges }
}

/** Whole numbers with few different values are often codes of categories; they are taken as numbers, and it is said. */
function codeWarnings(table: Table): Note[] {
  const most = 8
  return table.columns
    .filter(({ levels, values }) => {
      if (levels !== null) return false
      const seen = new Set<number>()
      for (const value of values) {
        if (Number.isNaN(value)) continue
        if (!Number.isInteger(value)) return false
        seen.add(value)
        if (seen.size > most) return false
      }
      return seen.size > 0
    })
    .map(({ name }) => ({
      code: 'CODES_AS_NUMBERS',
      message: `${name} holds only a few whole numbers; they are taken as a measured quantity, not as names of categories.`,
      item: name,
    }))
}

function parsed<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new ContractError(
    'BAD_REQUEST',
    `${what} is not as described: ${issue?.message ?? ''}`,
    issue?.path.map(String).join('.') ?? null,
  )
}
