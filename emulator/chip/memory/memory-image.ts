import { concatenate } from '../../../protocol/index.js';
import type { CoreCounters, CoreState } from '../core/core-state.js';
import {
  arrayImages,
  changeHead,
  checkImage,
  counterBounds,
  counterImage,
  decodeImage,
  SnapshotError,
} from './image-declaration.js';

type StateArray = CoreState[keyof CoreState];

/** The parts of a core that images hold. */
export interface Imaged {
  readonly state: CoreState;
  readonly counters: CoreCounters;
}

const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

const COUNTER_BYTES = counterImage.fixedBytes;

const counterNames = Object.keys(counterImage.fields) as (keyof CoreCounters)[];

/** A counter that has reached its maximum stays there. */
function encodeCounters(counters: CoreCounters): Uint8Array {
  const values = new Float64Array(counterNames.length);
  for (let i = 0; i < values.length; i++)
    values[i] = Math.min(counters[counterNames[i]], counterBounds.maximum);
  return bytesOf(values);
}

const decodeCounters = (bytes: Uint8Array): CoreCounters =>
  decodeImage(counterImage, bytes.subarray(0, COUNTER_BYTES));

/**
 * The whole of a core: counters (float64 each), then the arrays device by device, pair by pair, column by
 * column.
 */
export function encodeCore({ state, counters }: Imaged): Uint8Array[] {
  return [encodeCounters(counters), ...arrayImages.map(({ name }) => bytesOf(state[name]))];
}

export function coreBytes({ state }: Imaged): number {
  return arrayImages.reduce((sum, { name }) => sum + state[name].byteLength, COUNTER_BYTES);
}

/**
 * Checks the bytes of `encodeCore`, `coreBytes` of them, and returns a function that restores the core from
 * them. Errors: `SnapshotError` if a number is out of its bounds.
 */
export function decodeCore({ state, counters }: Imaged, bytes: Uint8Array): () => void {
  const counted = decodeCounters(bytes);
  let at = COUNTER_BYTES;
  const parts = arrayImages.map((image) => {
    const array = state[image.name];
    const part = bytes.subarray(at, at + array.byteLength);
    at += array.byteLength;
    if (image.bounds) checkImage(image, elementsOf(array, part));
    return { array, part };
  });
  return () => {
    Object.assign(counters, counted);
    for (const { array, part } of parts) bytesOf(array).set(part);
  };
}

/** Bytes as elements of the same type as those of `array`. */
function elementsOf(array: StateArray, bytes: Uint8Array): StateArray {
  const kind = array.constructor as new (buffer: ArrayBuffer) => StateArray;
  return new kind(new Uint8Array(bytes).buffer);
}

/**
 * A change of a core: counters, number of pairs (uint32), their numbers (uint32 each), their elements of the
 * device arrays and the pair arrays; without pairs the column arrays instead.
 */
export function encodeChange({ state, counters }: Imaged, pairs: Uint32Array): Uint8Array {
  const parts = [encodeCounters(counters), bytesOf(Uint32Array.of(pairs.length)), bytesOf(pairs)];
  if (pairs.length === 0) parts.push(...columnImages.map(({ name }) => bytesOf(state[name])));
  for (const { array, places } of placesOf(state, pairs)) {
    const part = sameType(array, places.length);
    for (let i = 0; i < places.length; i++) part[i] = array[places[i]];
    parts.push(bytesOf(part));
  }
  return concatenate(...parts);
}

/** The core that a change of a chip concerns, and the change of that core. Errors: `SnapshotError`. */
export function coreOfChange<T>(cores: readonly T[], change: Uint8Array): { core: T; rest: Uint8Array } {
  const { core: index } = decodeImage(changeHead, change.subarray(0, changeHead.fixedBytes));
  const core = cores.at(index);
  if (!core) throw new SnapshotError(`A change names core ${index}, this chip has ${cores.length}.`);
  return { core, rest: change.subarray(changeHead.fixedBytes) };
}

/**
 * Checks a change, and returns a function that repeats it and returns the pairs that it concerns.
 * Errors: `SnapshotError` if it is cut short, names pairs that the core does not have, or a number is out of
 * its bounds.
 */
export function decodeChange({ state, counters }: Imaged, bytes: Uint8Array): () => Uint32Array {
  const listAt = COUNTER_BYTES + 4;
  if (bytes.length < listAt) throw cutShort();
  const counted = decodeCounters(bytes);
  const [count] = words(bytes.subarray(COUNTER_BYTES, listAt));
  let at = listAt + 4 * count;
  if (bytes.length < at) throw cutShort();
  const pairs: Uint32Array = words(bytes.subarray(listAt, at));
  if (pairs.some((pair) => pair >= state.writes.length))
    throw new SnapshotError(`A change names a unit cell beyond the ${state.writes.length} of a core.`);
  const concerned: Concerned[] =
    count > 0 ? placesOf(state, pairs) : columnImages.map((image) => ({ image, array: state[image.name] }));
  const bytesIn = ({ array, places }: Concerned) => (places ?? array).length * array.BYTES_PER_ELEMENT;
  if (bytes.length !== concerned.reduce((sum, part) => sum + bytesIn(part), at)) throw cutShort();
  const parts = concerned.map((part) => {
    const elements = elementsOf(part.array, bytes.subarray(at, (at += bytesIn(part))));
    checkImage(part.image, elements);
    return { ...part, elements };
  });
  return () => {
    Object.assign(counters, counted);
    for (const { array, places, elements } of parts) {
      const target = array as Float64Array; // any kind: elements are read and written as numbers
      if (!places) target.set(elements);
      else for (let i = 0; i < places.length; i++) target[places[i]] = elements[i];
    }
    return pairs;
  };
}

const words = (bytes: Uint8Array) => new Uint32Array(new Uint8Array(bytes).buffer);

const cutShort = () => new SnapshotError('A change has another length than its own numbers say.');

const columnImages = arrayImages.filter(({ per }) => per === 'column');

/** An array that a change concerns, and the indices of its elements that it does; all of them if left out. */
interface Concerned {
  readonly image: (typeof arrayImages)[number];
  readonly array: StateArray;
  readonly places?: Uint32Array;
}

/** A new array with elements of the same type. */
const sameType = (array: StateArray, length: number): StateArray =>
  new (array.constructor as new (length: number) => StateArray)(length);

/** Every array with elements for devices or pairs, and the indices of the given pairs in it. */
function placesOf(state: CoreState, pairs: Uint32Array): Required<Concerned>[] {
  const planes = state.conductance.length / state.writes.length;
  const devices = new Uint32Array(planes * pairs.length);
  for (let plane = 0; plane < planes; plane++)
    for (let i = 0; i < pairs.length; i++)
      devices[plane * pairs.length + i] = plane * state.writes.length + pairs[i];
  return arrayImages
    .filter(({ per }) => per !== 'column')
    .map((image) => ({
      image,
      array: state[image.name],
      places: image.per === 'device' ? devices : pairs,
    }));
}
