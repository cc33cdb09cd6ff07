import { concatenate } from '../../../protocol/index.js';
import type { CoreCounters, CoreState } from '../core/core-state.js';

/** Arrays of a core's state with an element for each device; below, those for each pair and each column. */
const deviceArrays = ({ conductance, exponent, programmedAt, pulses, fault }: CoreState) => [
  conductance,
  exponent,
  programmedAt,
  pulses,
  fault,
];
const pairArrays = ({ writes }: CoreState) => [writes];
const columnArrays = ({ scale, offset }: CoreState) => [scale, offset];

type StateArray = ReturnType<typeof deviceArrays | typeof pairArrays | typeof columnArrays>[number];

/** The parts of a core that images hold. */
export interface Imaged {
  readonly state: CoreState;
  readonly counters: CoreCounters;
}

const counterNames = [
  'programmedPairs',
  'setPulses',
  'resetPulses',
  'multiplications',
  'conductancesRead',
  'reads',
] as const satisfies (keyof CoreCounters)[];

const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

function encodeCounters(counters: CoreCounters): Uint8Array {
  const values = new Float64Array(counterNames.length);
  for (let i = 0; i < values.length; i++) values[i] = counters[counterNames[i]];
  return bytesOf(values);
}

function decodeCounters(bytes: Uint8Array, counters: CoreCounters): void {
  const values = new Float64Array(new Uint8Array(bytes).buffer);
  for (let i = 0; i < values.length; i++) counters[counterNames[i]] = values[i];
}

const COUNTER_BYTES = 8 * counterNames.length;

/**
 * The whole of a core: counters (float64 each), then the arrays device by device, pair by pair, column by
 * column.
 */
export function encodeCore({ state, counters }: Imaged): Uint8Array[] {
  const arrays = [...deviceArrays(state), ...pairArrays(state), ...columnArrays(state)];
  return [encodeCounters(counters), ...arrays.map(bytesOf)];
}

export function coreBytes({ state }: Imaged): number {
  const arrays = [...deviceArrays(state), ...pairArrays(state), ...columnArrays(state)];
  return COUNTER_BYTES + arrays.reduce((sum, array) => sum + array.byteLength, 0);
}

/** Restores a core from the bytes of `encodeCore`; `bytes` has `coreBytes` bytes. */
export function decodeCore({ state, counters }: Imaged, bytes: Uint8Array): void {
  decodeCounters(bytes.subarray(0, COUNTER_BYTES), counters);
  let at = COUNTER_BYTES;
  for (const array of [...deviceArrays(state), ...pairArrays(state), ...columnArrays(state)]) {
    bytesOf(array).set(bytes.subarray(at, at + array.byteLength));
    at += array.byteLength;
  }
}

/**
 * A change of a core: counters, number of pairs (uint32), their numbers (uint32 each), their elements of the
 * device arrays and the pair arrays; without pairs the column arrays instead.
 */
export function encodeChange({ state, counters }: Imaged, pairs: Uint32Array): Uint8Array {
  const parts = [encodeCounters(counters), bytesOf(Uint32Array.of(pairs.length)), bytesOf(pairs)];
  if (pairs.length === 0) parts.push(...columnArrays(state).map(bytesOf));
  for (const [array, places] of placesOf(state, pairs)) {
    const part = sameType(array, places.length);
    for (let i = 0; i < places.length; i++) part[i] = array[places[i]];
    parts.push(bytesOf(part));
  }
  return concatenate(...parts);
}

/** Repeats a change. Returns the pairs that it concerns. */
export function decodeChange({ state, counters }: Imaged, bytes: Uint8Array): Uint32Array {
  decodeCounters(bytes.subarray(0, COUNTER_BYTES), counters);
  const [count] = new Uint32Array(new Uint8Array(bytes.subarray(COUNTER_BYTES, COUNTER_BYTES + 4)).buffer);
  let at = COUNTER_BYTES + 4;
  const pairs = new Uint32Array(new Uint8Array(bytes.subarray(at, at + 4 * count)).buffer);
  at += 4 * count;
  if (count === 0)
    for (const array of columnArrays(state)) {
      bytesOf(array).set(bytes.subarray(at, at + array.byteLength));
      at += array.byteLength;
    }
  for (const [array, places] of placesOf(state, pairs)) {
    const part = sameType(array, places.length);
    bytesOf(part).set(bytes.subarray(at, at + part.byteLength));
    for (let i = 0; i < places.length; i++) array[places[i]] = part[i];
    at += part.byteLength;
  }
  return pairs;
}

/** A new array with elements of the same type. */
const sameType = (array: StateArray, length: number): StateArray =>
  new (array.constructor as new (length: number) => StateArray)(length);

/** Every array with elements for devices or pairs, and the indices of the given pairs in it. */
function placesOf(state: CoreState, pairs: Uint32Array): [StateArray, Uint32Array][] {
  const planes = state.conductance.length / state.writes.length;
  const devices = new Uint32Array(planes * pairs.length);
  for (let plane = 0; plane < planes; plane++)
    for (let i = 0; i < pairs.length; i++)
      devices[plane * pairs.length + i] = plane * state.writes.length + pairs[i];
  return [
    ...deviceArrays(state).map((array): [StateArray, Uint32Array] => [array, devices]),
    ...pairArrays(state).map((array): [StateArray, Uint32Array] => [array, pairs]),
  ];
}
