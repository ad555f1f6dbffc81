import { checkOuter, type Domain, type Operand } from './streams.ts'
import { slotsOf } from './slots.ts'
import type { Tile } from './tile.ts'
import { codes } from './tile-ops.ts'

/** Kinds of instruction in native/src/graph/program.h. */
export const kinds = { elementwise: 1, product: 2, softmax: 3, gather: 4, fill: 5, scatter: 6 } as const

const magic = 0x43614c31

/** Where the weights of a rule and their moments are. */
export interface Moments {
  readonly weights: number
  readonly first: number
  readonly second: number
  readonly size: number
}

/** Bounds of native/src/graph/plan.h. */
const most = { operands: 48, values: 160, sinks: 16 }

/** A program as the machine reads it: whole numbers, float32 by their bits. */
export class Words {
  private words = new Int32Array(1024)
  private length = 0
  private readonly bits = new Float32Array(1)
  private readonly asBits = new Int32Array(this.bits.buffer)

  header(
    arenaFloats: number,
    loss: number,
    { beta1, beta2, epsilon }: { readonly beta1: number; readonly beta2: number; readonly epsilon: number },
  ): void {
    this.add(magic, arenaFloats, loss)
    this.number(beta1, beta2, 1 - beta1, 1 - beta2, epsilon)
  }

  add(...values: readonly number[]): void {
    for (const value of values) {
      if (!Number.isInteger(value) || Math.abs(value) > 0x7fffffff)
        throw new Error(`the graph is too large for the compiled kernel (${value})`)
      if (this.length === this.words.length) {
        const longer = new Int32Array(2 * this.length)
        longer.set(this.words)
        this.words = longer
      }
      this.words[this.length++] = value
    }
  }

  number(...values: readonly number[]): void {
    for (const value of values) {
      this.bits[0] = value
      this.add(this.asBits[0]!)
    }
  }

  domain({ outer, rows, columns }: Domain): void {
    checkOuter(outer)
    this.add(outer.length, ...outer, rows, columns)
  }

  operand({ offset, row, column, outer }: Operand): void {
    this.add(offset, row, column, ...outer)
  }

  /** `operands` are the tile's streams over the domain. */
  tile(
    tile: Tile,
    domain: Domain,
    operands: readonly Operand[],
    isProduct: boolean,
    rules: readonly { readonly rate: number; readonly decay: number }[],
    moments: readonly Moments[],
  ): void {
    const spreads = (stream: number): boolean => {
      const { row, column } = operands[stream]!
      return row === 0 && (domain.rows > 1 || column !== 1)
    }
    const { count, slotOf, storeOf } = slotsOf(tile, isProduct, spreads)
    if (operands.length > most.operands || tile.values > most.values || tile.sums.length > most.sinks)
      throw new Error('one instruction of the compiled kernel has grown too long')
    this.add(tile.values, count, ...slotOf, operands.length)
    for (const operand of operands) this.operand(operand)
    this.add(...storeOf, tile.sums.length)
    for (const sum of tile.sums) {
      this.add(sum.count)
      this.operand(operands[sum.dense]!)
      this.add(sum.out, sum.dims.length)
      sum.dims.forEach((length, i) => {
        this.add(length, sum.strides[i]!)
      })
    }
    this.add(tile.adams.length)
    for (const { weights, rule } of tile.adams) {
      this.operand(operands[weights]!)
      this.add(moments[rule]!.first, moments[rule]!.second)
      this.number(rules[rule]!.rate, rules[rule]!.decay)
    }
    this.add(tile.ops.length)
    for (const { code, dst, a, b, c, low, high } of tile.ops) {
      this.add(code, dst, a, code === codes.clip ? -1 : b, c)
      this.number(code === codes.load && spreads(b) ? 1 : low, high)
    }
  }

  done(): Int32Array {
    return this.words.slice(0, this.length)
  }
}
