import type { CoreParts } from '../chip/core/core-parts.js';
import { counterWord, Purpose } from '../chip/devices/draws.js';
import type { ChipModel } from '../chip/model.js';
import { normalTable } from '../numerics/normal.js';
import type { Arena } from './arena.js';
import { BLOCK, CHUNK, DRAW_COLUMNS } from './constants.js';
import { circuits, coreMemory, scratch } from './layouts.js';

/** Sums of a column and of its variances are below. */
const SUM_LIMIT = 0x80000000;

/**
 * The packed matrices of one core, and the CoreMemory through which the kernels find everything else of it.
 */
export class CoreMemory {
  /** Address of the CoreMemory. */
  readonly pointer: number;
  readonly weights: Int16Array;
  readonly variances: Int16Array;
  readonly #rowPairs: number;
  readonly #columns: number;

  /** The core's arrays lie in the arena; its number is `index`. `keys` is the address of Philox's key. */
  constructor(arena: Arena, core: CoreParts, index: number, keys: number) {
    const { profile, noiseUnit } = core.model;
    const { rows, columns, adc, digital } = profile;
    this.#columns = columns;
    this.#rowPairs = Math.ceil(rows / 2);
    const blocks = Math.ceil(columns / BLOCK);
    this.weights = arena.allocate(Int16Array, blocks * this.#rowPairs * BLOCK * 2);
    this.variances = arena.allocate(Int16Array, this.weights.length);
    const codes = 1 << (adc.bits - 1);
    this.pointer = arena.place(coreMemory, {
      rowPairs: this.#rowPairs,
      weights: this.weights.byteOffset,
      variances: this.variances.byteOffset,
      adcGain: core.converters.gain.byteOffset,
      adcOffset: core.converters.offset.byteOffset,
      digitalScale: core.state.scale.byteOffset,
      digitalOffset: core.state.offset.byteOffset,
      keys,
      counter3: counterWord(Purpose.multiply, index),
      adcMin: -codes,
      adcMax: codes - 1,
      clampFirst: codeBound(core) < SUM_LIMIT ? 0 : 1,
      scaleFractionBits: digital.fractionBits,
      noiseUnit,
    });
  }

  /** Copies single entries of a dense matrix to the packed one. */
  repack(packed: Int16Array, matrix: Int16Array, pairs: Uint32Array): void {
    for (const pair of pairs) {
      const row = Math.floor(pair / this.#columns);
      const column = pair % this.#columns;
      const block = Math.floor(column / BLOCK) * this.#rowPairs + (row >> 1);
      packed[(block * BLOCK + (column % BLOCK)) * 2 + (row & 1)] = matrix[pair];
    }
  }
}

/** Makes the Scratch of a thread; returns its address. */
export function createScratch(arena: Arena, { profile: { rows, columns } }: ChipModel): number {
  const groups = Math.ceil(columns / 8);
  const widenedStride = Math.ceil((rows + 2) / 8) * 16;
  const sumStride = Math.ceil(columns / BLOCK) * BLOCK * 8;
  return arena.place(scratch, {
    widened: arena.bytes(CHUNK * widenedStride),
    squared: arena.bytes(CHUNK * widenedStride),
    widenedStride,
    sums: arena.bytes(CHUNK * sumStride),
    sumStride,
    circuits: arena.bytes(groups * circuits.bytes),
    draws: arena.bytes((Math.ceil(columns / DRAW_COLUMNS) + 1) * DRAW_COLUMNS * 2),
    codes: arena.bytes(groups * 16),
  });
}

/** Bound of the ADC codes before they saturate. */
function codeBound({ model, converters }: CoreParts): number {
  const maxOf = (values: ArrayLike<number>) =>
    Array.from(values).reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const noise = Math.sqrt(SUM_LIMIT) * model.noiseUnit * maxOf(normalTable);
  return (SUM_LIMIT + noise) * maxOf(converters.gain) + maxOf(converters.offset);
}
