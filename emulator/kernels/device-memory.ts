import type { CoreParts } from '../chip/arithmetic.js';
import { counterWord, Purpose } from '../chip/devices/draws.js';
import type { ChipModel } from '../chip/model.js';
import type { Arena } from './arena.js';

/** Bytes of scratch that refresh.as.ts and program.as.ts use. */
const SCRATCH = 20480;

/** The tables of a chip in the arena, one for all its cores; see device-memory.as.ts. */
export interface Tables {
  readonly relativeNoise: Float64Array;
  readonly programming: Float64Array;
}

export function createTables(arena: Arena, model: ChipModel): Tables {
  const { relativeNoise, programmingDeviation, exponentMean, exponentDeviation } = model;
  const tables = {
    relativeNoise: arena.allocate(Float64Array, relativeNoise.length),
    programming: arena.allocate(Float64Array, 3 * programmingDeviation.length),
  };
  tables.relativeNoise.set(relativeNoise);
  for (let target = 0; target < programmingDeviation.length; target++) {
    tables.programming[3 * target] = programmingDeviation[target];
    tables.programming[3 * target + 1] = exponentMean[target];
    tables.programming[3 * target + 2] = exponentDeviation[target];
  }
  return tables;
}

/**
 * Writes the DeviceMemory of device-memory.as.ts; its address.
 * @param keys address of the key of Philox
 */
export function createDeviceMemory(
  arena: Arena,
  core: CoreParts,
  index: number,
  keys: number,
  tables: Tables,
): number {
  const { model, state, matrix, slowNoise } = core;
  const { rows, columns, wireResistance } = model.profile;
  const phases = arena.allocate(Float64Array, slowNoise.phases.length);
  phases.set(slowNoise.phases);
  const numbers = [
    model.time0,
    model.readTime,
    model.slowPeriod,
    model.varianceScale,
    wireResistance,
    model.relativeConductance,
  ];
  const words = [
    rows,
    columns,
    model.devicesPerPolarity,
    model.varianceMax,
    model.noisy ? 1 : 0,
    tables.relativeNoise.byteOffset,
    tables.programming.byteOffset,
    state.conductance.byteOffset,
    state.exponent.byteOffset,
    state.programmedAt.byteOffset,
    state.pulses.byteOffset,
    state.fault.byteOffset,
    state.writes.byteOffset,
    matrix.conductance.byteOffset,
    matrix.variance.byteOffset,
    phases.byteOffset,
    keys,
    counterWord(Purpose.program, index),
    counterWord(Purpose.slowNoise, index),
    arena.bytes(SCRATCH),
  ];
  const pointer = arena.bytes(8 * numbers.length + 4 * words.length);
  new Float64Array(arena.memory.buffer, pointer, numbers.length).set(numbers);
  new Int32Array(arena.memory.buffer, pointer + 8 * numbers.length, words.length).set(words);
  return pointer;
}
