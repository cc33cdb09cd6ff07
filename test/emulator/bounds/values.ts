import { type Bounds, integerRanges, isWithin } from '../../../protocol/index.js';

/** A field with numbers: what `ScalarField` and `ArrayField` have in common. */
export interface Numbers {
  readonly type: string;
  readonly bounds?: Bounds;
}

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  ...integerRanges,
  i32: [-0x80000000, 0x7fffffff],
};

/** The next number that a float64, or a float32, can hold above `value`, or below it. */
function neighbour(value: number, type: string, direction: 1 | -1): number {
  const array = type === 'f32' ? new Float32Array([value]) : new Float64Array([value]);
  const bits = type === 'f32' ? new Int32Array(array.buffer) : new BigInt64Array(array.buffer);
  if (value === 0) return direction * (type === 'f32' ? 2 ** -149 : Number.MIN_VALUE);
  const step = value > 0 === direction > 0 ? 1 : -1;
  if (bits instanceof Int32Array) bits[0] += step;
  else bits[0] += BigInt(step);
  return array[0];
}

/** The bounds of a field, their neighbours, and numbers that no field may take, as far as its type holds them. */
export function valuesOf({ type, bounds = {} }: Numbers): number[] {
  const [lowest, highest] = ranges[type] ?? [-Number.MAX_VALUE, Number.MAX_VALUE];
  const { minimum = lowest, maximum = highest } = bounds;
  const around = [minimum, maximum].flatMap((bound) => [bound - 1, bound, bound + 1]);
  const isFloat = type.startsWith('f');
  const floats = [minimum, maximum].flatMap((bound) => [
    neighbour(bound, type, 1),
    neighbour(bound, type, -1),
  ]);
  const values = isFloat
    ? [...around, ...floats, 0.5, -0, NaN, Infinity, -Infinity]
    : [...around, lowest, highest].filter((value) => value >= lowest && value <= highest);
  return [...new Set(type === 'f32' ? values.map(Math.fround) : values)];
}

/** Whether a field's declaration allows a value. */
export const allows = ({ bounds }: Numbers, value: number): boolean => !bounds || isWithin(bounds, value);
