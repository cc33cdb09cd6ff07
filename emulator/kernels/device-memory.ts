import type { CoreParts } from '../chip/arithmetic.js';
import { counterWord, Purpose } from '../chip/draws.js';
import type { ChipModel } from '../chip/model.js';
import type { Arena } from './arena.js';

/** Bytes of scratch that refresh.as.ts and program.as.ts use. */
const SCRATCH = 20480;

/** The tables of a chip in the arena, one for all its cores. */
export interface Tables {
  readonly relativeNoise: Float64Array;
  readonly programmingDeviation: Float64Array;
  readonly exponentMean: Float64Array;
  readonly exponentDeviation: Float64Array;
}

export function createTables(arena: Arena, model: ChipModel): Tables {
  const copy = (table: Float64Array) => {
    const place = arena.allocate(Float64Array, table.length);
    place.set(table);
    return place;
  };
  return {
    relativeNoise: copy(model.relativeNoise),
    programmingDeviation: copy(model.programmingDeviation),
    exponentMean: copy(model.exponentMean),
    exponentDeviation: copy(model.exponentDeviation),
  };
}

/** Writes the DeviceMemory of device-memory.as.ts; its address. */
export function createDeviceMemory(arena: Arena, core: CoreParts, index: number, tables: Tables): number {
  const { model, state, matrix, draws, slowNoise } = core;
  const { rows, columns, wireResistance } = model.profile;
  const phases = arena.allocate(Float64Array, slowNoise.phases.length);
  phases.set(slowNoise.phases);
  const numbers = [model.time0, model.readTime, model.slowPeriod, model.varianceScale, wireResistance];
  const words = [
    rows,
    columns,
    model.devicesPerPolarity,
    model.varianceMax,
    model.noisy ? 1 : 0,
    tables.relativeNoise.byteOffset,
    tables.programmingDeviation.byteOffset,
    tables.exponentMean.byteOffset,
    tables.exponentDeviation.byteOffset,
    state.conductance.byteOffset,
    state.exponent.byteOffset,
    state.programmedAt.byteOffset,
    state.pulses.byteOffset,
    state.fault.byteOffset,
    state.writes.byteOffset,
    matrix.conductance.byteOffset,
    matrix.variance.byteOffset,
    phases.byteOffset,
    draws.key0 | 0,
    draws.key1 | 0,
    counterWord(Purpose.program, index),
    counterWord(Purpose.slowNoise, index),
    arena.bytes(SCRATCH),
  ];
  const pointer = arena.bytes(8 * numbers.length + 4 * words.length);
  new Float64Array(arena.memory.buffer, pointer, numbers.length).set(numbers);
  new Int32Array(arena.memory.buffer, pointer + 8 * numbers.length, words.length).set(words);
  return pointer;
}
