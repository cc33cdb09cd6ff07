import type { CoreParts } from '../chip/arithmetic.js';
import { counterWord, Purpose } from '../chip/devices/draws.js';
import type { ChipModel } from '../chip/model.js';
import { normalTable } from '../numerics/normal.js';
import type { Arena } from './arena.js';

/** Sums of a column and of its variances are below. */
const SUM_LIMIT = 0x80000000;

/** Vectors of the scratch rows, as in multiply.as.ts. */
const CHUNK = 16;
/** Columns of a block of packed weights, as in product.as.ts. */
const BLOCK = 16;
/** Columns whose noise is drawn together, as in draws.as.ts. */
const GROUP = 64;
/** Bytes of the circuits of 8 columns, as in convert.as.ts. */
const CIRCUITS = 208;

/** The packed matrices of one core, and where the kernels find everything else of it. */
export class CoreMemory {
  /** Address of the CoreMemory of core-memory.as.ts. */
  readonly pointer: number;
  readonly weights: Int16Array;
  readonly variances: Int16Array;
  readonly #rowPairs: number;
  readonly #columns: number;

  /**
   * @param core its arrays lie in the arena
   * @param keys address of the key of Philox
   */
  constructor(arena: Arena, core: CoreParts, index: number, keys: number) {
    const { profile, noiseUnit } = core.model;
    const { rows, columns, adc, digital } = profile;
    this.#columns = columns;
    this.#rowPairs = Math.ceil(rows / 2);
    const blocks = Math.ceil(columns / BLOCK);
    this.weights = arena.allocate(Int16Array, blocks * this.#rowPairs * BLOCK * 2);
    this.variances = arena.allocate(Int16Array, this.weights.length);
    const codes = 1 << (adc.bits - 1);
    const fields = [
      this.#rowPairs,
      this.weights.byteOffset,
      this.variances.byteOffset,
      core.converters.gain.byteOffset,
      core.converters.offset.byteOffset,
      core.state.scale.byteOffset,
      core.state.offset.byteOffset,
      keys,
      counterWord(Purpose.multiply, index),
      -codes,
      codes - 1,
      greatestCode(core) < SUM_LIMIT ? 0 : 1,
      digital.fractionBits,
      float32Bits(noiseUnit),
    ];
    this.pointer = write(arena, fields);
  }

  /** Takes over single entries of a dense matrix into the packed one. */
  repack(packed: Int16Array, matrix: Int16Array, pairs: Uint32Array): void {
    for (const pair of pairs) {
      const row = Math.floor(pair / this.#columns);
      const column = pair % this.#columns;
      const block = Math.floor(column / BLOCK) * this.#rowPairs + (row >> 1);
      packed[(block * BLOCK + (column % BLOCK)) * 2 + (row & 1)] = matrix[pair];
    }
  }
}

/** Makes a thread's Scratch of core-memory.as.ts; its address. */
export function createScratch(arena: Arena, { profile: { rows, columns } }: ChipModel): number {
  const widenedStride = Math.ceil((rows + 2) / 8) * 16;
  const sumStride = Math.ceil(columns / BLOCK) * BLOCK * 8;
  return write(arena, [
    arena.bytes(CHUNK * widenedStride),
    arena.bytes(CHUNK * widenedStride),
    widenedStride,
    arena.bytes(CHUNK * sumStride),
    sumStride,
    arena.bytes(Math.ceil(columns / 8) * CIRCUITS),
    arena.bytes((Math.ceil(columns / GROUP) + 1) * GROUP * 2),
    arena.bytes(Math.ceil(columns / 8) * 16),
  ]);
}

/** Bound of the ADC codes before they saturate. */
function greatestCode({ model, converters }: CoreParts): number {
  const greatest = (values: ArrayLike<number>) =>
    Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const noise = Math.sqrt(SUM_LIMIT) * model.noiseUnit * greatest(normalTable);
  return (SUM_LIMIT + noise) * greatest(converters.gain) + greatest(converters.offset);
}

function write(arena: Arena, fields: number[]): number {
  const words = arena.allocate(Int32Array, fields.length);
  words.set(fields);
  return words.byteOffset;
}

function float32Bits(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0];
}
