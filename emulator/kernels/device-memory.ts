import type { CoreParts } from '../chip/core/core-parts.js';
import { slowPhases } from '../chip/devices/slow-noise.js';
import { type ChipModel, MAX_SLOW_OCTAVES, modelNumbers, modelTables } from '../chip/model.js';
import { pick } from '../declaration/fields.js';
import type { Arena } from './arena.js';
import { deviceMemory, polarity, programming, slowNoise } from './layouts.js';

/** Addresses of the model's tables, one for all cores of a chip. */
export type TableAddresses = { readonly [name in keyof typeof modelTables]: number };

/** Copies the tables of a model to the arena. */
export function createTables(arena: Arena, model: ChipModel): TableAddresses {
  const names = Object.keys(modelTables) as (keyof typeof modelTables)[];
  const addresses = names.map((name) => {
    const table = arena.allocate(Float64Array, model[name].length);
    table.set(model[name]);
    return [name, table.byteOffset];
  });
  return Object.fromEntries(addresses) as TableAddresses;
}

/**
 * Writes the DeviceMemory of a core, whose number is `index`; returns its address. `keys` is that of Philox's
 * key.
 */
export function createDeviceMemory(
  arena: Arena,
  core: CoreParts,
  index: number,
  keys: number,
  tables: TableAddresses,
): number {
  const { model, state, matrix, draws } = core;
  const { rows, columns, wireResistance } = model.profile;
  const phases = arena.allocate(Float64Array, MAX_SLOW_OCTAVES);
  phases.set(slowPhases(draws));
  return arena.place(deviceMemory, {
    ...pick(modelNumbers, model),
    ...tables,
    rows,
    columns,
    wireResistance,
    conductance: state.conductance.byteOffset,
    exponent: state.exponent.byteOffset,
    programmedAt: state.programmedAt.byteOffset,
    pulses: state.pulses.byteOffset,
    fault: state.fault.byteOffset,
    writes: state.writes.byteOffset,
    matrixConductance: matrix.conductance.byteOffset,
    matrixVariance: matrix.variance.byteOffset,
    phases: phases.byteOffset,
    keys,
    index,
    plus: arena.bytes(polarity.bytes),
    minus: arena.bytes(polarity.bytes),
    slowNoise: arena.bytes(slowNoise.bytes),
    programming: arena.bytes(programming.bytes),
  });
}
