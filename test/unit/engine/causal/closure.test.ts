import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EdgeTriple, Knowledge } from '../../../../main/contract/index.ts'
import { closeKnowledge, explainContradiction } from '../../../../main/engine/causal/index.ts'
import { graphOf } from '../../../../main/engine/causal/closure.ts'
import { dagExtension } from '../../../../main/engine/causal/extension.ts'
import {
  adjacent,
  directed,
  emptyGraph,
  join,
  orient,
  toTriples,
} from '../../../../main/engine/causal/graph.ts'
import { meekClosure } from '../../../../main/engine/causal/meek.ts'
import { hasDirectedCycle, sortedTriples } from './tables.ts'

const no: Knowledge = { tiers: [], required: [], forbidden: [] }
const names = ['A', 'B', 'C', 'D', 'E', 'F']

/** A DAG over names (edges run along the order of the names) from bits, and its CPDAG by colliders and Meek's rules. */
function dagAndClass(bits: boolean[], p: number): { dag: EdgeTriple[]; cpdag: EdgeTriple[] } {
  const dag = emptyGraph(p)
  let k = 0
  for (let i = 0; i < p; i++) for (let j = i + 1; j < p; j++) if (bits[k++] === true) orient(dag, i, j)
  const cpdag = emptyGraph(p)
  for (let i = 0; i < p; i++) for (let j = i + 1; j < p; j++) if (adjacent(dag, i, j)) join(cpdag, i, j)
  for (let b = 0; b < p; b++)
    for (let a = 0; a < p; a++)
      for (let c = a + 1; c < p; c++)
        if (directed(dag, a, b) && directed(dag, c, b) && !adjacent(dag, a, c)) {
          orient(cpdag, a, b)
          orient(cpdag, c, b)
        }
  meekClosure(cpdag)
  const nodes = names.slice(0, p)
  return { dag: toTriples(dag, nodes), cpdag: toTriples(cpdag, nodes) }
}

describe('closure of knowledge', () => {
  it('follows Meek rule 1, 2, 3 and 4', () => {
    // 1: A → B — C, A and C not joined.
    expect(
      closeKnowledge(
        ['A', 'B', 'C'],
        [
          ['A', '--', 'B'],
          ['B', '--', 'C'],
        ],
        { ...no, required: [['A', 'B']] },
      ),
    ).toEqual([
      ['A', '-->', 'B'],
      ['B', '-->', 'C'],
    ])
    // 2: A → B → C with A — C.
    const triangle: EdgeTriple[] = [
      ['A', '--', 'B'],
      ['B', '--', 'C'],
      ['A', '--', 'C'],
    ]
    expect(
      closeKnowledge(['A', 'B', 'C'], triangle, {
        ...no,
        required: [
          ['A', 'B'],
          ['B', 'C'],
        ],
      }),
    ).toContainEqual(['A', '-->', 'C'])
    // 3: two unjoined neighbours of A that both cause C.
    expect(
      closeKnowledge(
        ['A', 'B', 'C', 'D'],
        [
          ['A', '--', 'B'],
          ['A', '--', 'D'],
          ['A', '--', 'C'],
          ['B', '-->', 'C'],
          ['D', '-->', 'C'],
        ],
        no,
      ),
    ).toContainEqual(['A', '-->', 'C'])
    // 4: C → D → B with A joined to all, B and C not joined.
    expect(
      closeKnowledge(
        ['A', 'B', 'C', 'D'],
        [
          ['A', '--', 'B'],
          ['A', '--', 'C'],
          ['A', '--', 'D'],
          ['C', '--', 'D'],
          ['D', '--', 'B'],
        ],
        {
          ...no,
          required: [
            ['C', 'D'],
            ['D', 'B'],
          ],
        },
      ),
    ).toContainEqual(['A', '-->', 'B'])
  })

  it('keeps every edge of the true graph when the knowledge is true', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 15, maxLength: 15 }),
        fc.array(fc.nat(100), { maxLength: 4 }),
        fc.integer({ min: 1, max: 5 }),
        (bits, picks, cut) => {
          const { dag, cpdag } = dagAndClass(bits, 6)
          if (dag.length === 0) return
          const edges = picks.map((pick) => dag[pick % dag.length]!)
          const knowledge: Knowledge = {
            tiers: [names.slice(0, cut), names.slice(cut)],
            required: edges.map(([a, , b]) => [a, b]),
            forbidden: edges.map(([a, , b]) => [b, a]),
          }
          const closed = closeKnowledge(names, cpdag, knowledge)
          if (closed === 'contradiction') throw new Error('true knowledge was refused')
          expect(hasDirectedCycle(closed)).toBe(false)
          expect(closed.length).toBe(dag.length)
          const truth = new Set(sortedTriples(dag))
          for (const [a, mark, b] of closed) if (mark === '-->') expect(truth).toContain(`${a} --> ${b}`)
          for (const [a, b] of knowledge.required) expect(closed).toContainEqual([a, '-->', b])
        },
      ),
      { numRuns: 300 },
    )
  })

  it('either refuses an arbitrary edit or keeps it without cycle and with a DAG left', () => {
    let refused = 0
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 15, maxLength: 15 }),
        fc.array(fc.tuple(fc.nat(5), fc.nat(5), fc.boolean()), { minLength: 1, maxLength: 4 }),
        (bits, edits) => {
          const { cpdag } = dagAndClass(bits, 6)
          const knowledge: Knowledge = { tiers: [], required: [], forbidden: [] }
          for (const [a, b, required] of edits)
            if (a !== b) knowledge[required ? 'required' : 'forbidden'].push([names[a]!, names[b]!])
          const closed = closeKnowledge(names, cpdag, knowledge)
          if (closed === 'contradiction') {
            refused++
            const why = explainContradiction(names, cpdag, knowledge)
            expect(why?.length).toBeGreaterThan(0)
            return
          }
          expect(explainContradiction(names, cpdag, knowledge)).toBeNull()
          expect(hasDirectedCycle(closed)).toBe(false)
          for (const [a, b] of knowledge.required) expect(closed).toContainEqual([a, '-->', b])
          for (const [a, b] of knowledge.forbidden) expect(closed).not.toContainEqual([a, '-->', b])
          expect(dagExtension(graphOf(names, closed))).not.toBeNull()
        },
      ),
      { numRuns: 1000 },
    )
    expect(refused).toBeGreaterThan(50)
  })

  it('names the smallest set of statements that cannot hold together', () => {
    const chain: EdgeTriple[] = [
      ['A', '--', 'B'],
      ['B', '--', 'C'],
      ['C', '--', 'D'],
    ]
    const knowledge: Knowledge = {
      ...no,
      required: [
        ['A', 'B'],
        ['C', 'D'],
        ['C', 'B'],
      ],
      forbidden: [['D', 'A']],
    }
    expect(explainContradiction(['A', 'B', 'C', 'D'], chain, knowledge)).toEqual([
      'required A --> B',
      'required C --> B',
    ])
    expect(explainContradiction(['A', 'B', 'C', 'D'], chain, { ...no, required: [['A', 'D']] })).toEqual([
      'required A --> D',
    ])
  })

  it('refuses knowledge on a graph that has no DAG to begin with', () => {
    const square: EdgeTriple[] = [
      ['A', '--', 'B'],
      ['B', '--', 'C'],
      ['C', '--', 'D'],
      ['D', '--', 'A'],
    ]
    expect(closeKnowledge(['A', 'B', 'C', 'D'], square, no)).toBe('contradiction')
  })
})
