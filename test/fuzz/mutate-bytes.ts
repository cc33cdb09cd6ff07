import type { Random } from '../../network/index.js';

/** Numbers at the edges of types and sizes. */
const integers = [0, 1, 2, 7, 8, 127, 128, 255, 256, 4095, 32_767, 32_768, 65_535, 65_536];
const wide = [-1, 2 ** 24, 2 ** 30, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
const floats = [NaN, Infinity, -Infinity, -0, 1e-320, 1e-30, 1e30, Number.MAX_VALUE, -1, 0.5];
/** Maximum length that a mutation makes of an input, in bytes: sizes are for the limits, not for bulk. */
const MAX_BYTES = 256 * 1024;

/** One of a list. */
export const draw = <T>(random: Random, list: readonly T[]): T => list[random.below(list.length)];

/** A change of bytes in place or of their length. */
type Change = (bytes: Uint8Array, random: Random, others: readonly Uint8Array[]) => Uint8Array;

const setNumber: Change = (bytes, random) => {
  const width = draw(random, [1, 2, 2, 4, 4, 4, 8, 8]);
  if (bytes.length < width) return bytes;
  const aligned = random.below(2) === 0 ? width : 1;
  const at = random.below(Math.floor((bytes.length - width) / aligned) + 1) * aligned;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const little = random.below(4) > 0;
  if (width === 8) {
    if (random.below(2) === 0) view.setFloat64(at, draw(random, floats), little);
    else view.setBigInt64(at, BigInt(draw(random, [...integers, ...wide])), little);
  } else if (width === 4) {
    if (random.below(4) === 0) view.setFloat32(at, draw(random, floats), little);
    else if (random.below(2) === 0) view.setInt32(at, draw(random, [...integers, ...wide]), little);
    else view.setInt32(at, view.getInt32(at, little) + random.below(35) - 17, little);
  } else if (width === 2) view.setInt16(at, draw(random, integers), little);
  else bytes[at] = random.below(2) === 0 ? draw(random, integers) : bytes[at] + random.below(35) - 17;
  return bytes;
};

const flipBit: Change = (bytes, random) => {
  if (bytes.length > 0) bytes[random.below(bytes.length)] ^= 1 << random.below(8);
  return bytes;
};

const replaced = (bytes: Uint8Array, start: number, end: number, part: Uint8Array): Uint8Array =>
  Buffer.concat([bytes.subarray(0, start), part, bytes.subarray(end)]);

/** A part of up to 16 bytes, or more rarely of any length. */
function part(bytes: Uint8Array, random: Random): [start: number, end: number] {
  const start = random.below(bytes.length + 1);
  const room = bytes.length - start;
  const length = random.below(1 + (random.below(3) === 0 ? room : Math.min(room, 16)));
  return [start, start + length];
}

const remove: Change = (bytes, random) => replaced(bytes, ...part(bytes, random), new Uint8Array());
const truncate: Change = (bytes, random) => bytes.slice(0, random.below(bytes.length + 1));
const insert: Change = (bytes, random) => {
  const at = random.below(bytes.length + 1);
  const value = random.below(3);
  const added = new Uint8Array(1 + random.below(16)).map(() => (value === 0 ? 0 : random.below(256)));
  return replaced(bytes, at, at, added);
};
const copy: Change = (bytes, random) => {
  const [start, end] = part(bytes, random);
  const at = random.below(bytes.length + 1);
  return replaced(
    bytes,
    at,
    random.below(2) === 0 ? at : Math.min(at + end - start, bytes.length),
    bytes.subarray(start, end),
  );
};
const splice: Change = (bytes, random, others) => {
  const other = draw(random, others);
  return replaced(bytes, ...part(bytes, random), other.subarray(...part(other, random)));
};

const changes = [setNumber, setNumber, setNumber, flipBit, flipBit, remove, insert, copy, splice, truncate];

/** Changes a copy of `bytes` a few times, without knowledge of their format. */
export function mutateBytes(
  bytes: Uint8Array,
  random: Random,
  others: readonly Uint8Array[] = [bytes],
  words: readonly string[] = [],
): Uint8Array {
  let changed: Uint8Array = Uint8Array.from(bytes);
  for (let count = 1 + random.below(2 ** (1 + random.below(3))); count > 0; count--) {
    if (words.length > 0 && random.below(3) === 0) {
      const word = new TextEncoder().encode(draw(random, words));
      changed = replaced(changed, ...part(changed, random), word);
    } else changed = draw(random, changes)(Uint8Array.from(changed), random, others);
  }
  return Uint8Array.from(changed.subarray(0, MAX_BYTES));
}
