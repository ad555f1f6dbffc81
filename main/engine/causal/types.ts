import type {
  CausalEdge,
  CausalNode,
  CausalSummary,
  EdgeTriple,
  Knowledge,
  Note,
} from '../../contract/index.ts'
import type { Progress } from '../dataset/table.ts'
import type { MixedGraph } from './graph.ts'
import type { CompiledKnowledge, TierList } from './knowledge.ts'

export type Separation = CausalSummary['separations'][number]

export interface CiResult {
  /** Probability under independence of a statistic at least as far out. */
  readonly p: number
  /** Partial correlation or the like: sign and size of the dependence on a scale of −1..1, or NaN. */
  readonly statistic: number
  /** Rows the answer rests on. */
  readonly n: number
  /** True when the rows cannot answer (too few, or the given columns determine x or y): never independence. */
  readonly untestable: boolean
}

/** A test of x ⊥ y given a set of columns, prepared once from data; columns are numbered 0..p−1. */
export interface CiTest {
  readonly name: string
  test(x: number, y: number, given: readonly number[]): CiResult
}

/** What a structure engine is told; nodes are in the order of their names. */
export interface SearchInput {
  readonly size: number
  readonly test: CiTest
  readonly alpha: number
  readonly knowledge: CompiledKnowledge
  /** True: evidence for every pair is wanted (p, q, separations); false: only the graph, as in a resample. */
  readonly evidence: boolean
  readonly progress: Progress
}

/** What was found about the pair x < y. */
export interface PairEvidence {
  readonly x: number
  readonly y: number
  /** Largest p over all tests of the pair; null when none of them could be made. */
  readonly p: number | null
  readonly statistic: number | null
  readonly given: readonly number[]
}

export interface SearchResult {
  readonly graph: MixedGraph
  readonly pairs: readonly PairEvidence[]
  readonly testCount: number
  /** Unshielded triples a — b — c whose separating sets disagree by halves, and colliders that were left out. */
  readonly ambiguous: readonly (readonly [number, number, number])[]
  readonly conflicts: readonly (readonly [number, number, number])[]
  /** Edges taken out because knowledge left no acyclic direction for them. */
  readonly dropped: readonly (readonly [number, number])[]
}

/** A way to find a graph; the engines of later work plug in here. */
export interface StructureEngine {
  readonly name: string
  search(input: SearchInput): SearchResult
}

export interface DiscoverOptions {
  /** Level of each single test; null: falls with n (see defaultAlpha). */
  readonly alpha?: number | null
  readonly test?: 'fisher-z'
  readonly knowledge?: Knowledge
  /** Further tiers that hold beside those of `knowledge` (the tiers of the roles). */
  readonly roleTiers?: TierList
  readonly resamples?: number
  readonly seed?: number
  /** Columns to use; default: every column whose role is not 'ignored'. */
  readonly columns?: readonly string[]
  /** Row numbers of each resample; replaces `resamples` and `seed`. */
  readonly resampleRows?: readonly Int32Array[]
  /** 'auto' takes the logarithm of a positive column when that lowers its |skewness|. */
  readonly transform?: 'auto' | 'none'
}

/** A graph with its evidence. Contract types, and the graphs of the resamples for effect estimation. */
export interface Discovery {
  readonly nodes: CausalNode[]
  readonly edges: CausalEdge[]
  readonly separations: Separation[]
  readonly warnings: Note[]
  readonly testCount: number
  readonly alpha: number
  readonly n: number
  readonly test: string
  readonly resamples: number
  readonly seed: number
  readonly knowledge: Knowledge
  /** The tiers that were kept: those of the roles and those of `knowledge`. */
  readonly tierLists: TierList[]
  /** Shares of resamples with any edge, and with the arrow a → b (an undirected edge counts ½ each way). */
  readonly scores: { skeleton: [string, string, number][]; directed: [string, string, number][] }
  readonly resampleGraphs: EdgeTriple[][]
}
