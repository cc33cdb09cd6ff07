import { Refusal, RefusalCode } from '../refusal.js';
import { type ArrayField, type Bounds, boundsText, type ElementType, type ScalarField } from './fields.js';

/** Range of each integer type that elements of arrays have. */
export const integerRanges: Readonly<Record<ElementType, readonly [min: number, max: number]>> = {
  u8: [0, 0xff],
  i8: [-0x80, 0x7f],
  u16: [0, 0xffff],
  i16: [-0x8000, 0x7fff],
  u32: [0, 0xffffffff],
};

/** Whether a number is finite and within bounds. */
export function isWithin(
  { minimum = -Number.MAX_VALUE, maximum = Number.MAX_VALUE, whole }: Bounds,
  value: number | bigint,
): boolean {
  return value >= minimum && value <= maximum && (!whole || Number.isInteger(value)); // NaN is neither
}

/** Checks a number against the bounds of its field. Errors: `Refusal` (out of range). */
export function checkScalar(name: string, { bounds = {} }: ScalarField, value: number | bigint): void {
  if (!isWithin(bounds, value)) throw outside(name, 'is', value, bounds);
}

/** Checks each element of an array against the bounds of its field. Errors: `Refusal` (out of range). */
export function checkElements(name: string, field: ArrayField, values: unknown): void {
  const elements = values as ArrayLike<number> & { indexOf(value: number): number };
  const { bounds = {} } = field;
  const [lowest, highest] = integerRanges[field.type];
  const { minimum = lowest, maximum = highest } = bounds;
  const position =
    minimum === lowest + 1 && maximum === highest
      ? elements.indexOf(lowest) // one value alone is refused: looking for it costs next to nothing
      : firstOutside(elements, minimum, maximum);
  if (position < 0) return;
  throw outside(name, 'has', elements[position], bounds, ` at position ${position}`);
}

function firstOutside(values: ArrayLike<number>, minimum: number, maximum: number): number {
  for (let i = 0; i < values.length; i++) if (values[i] < minimum || values[i] > maximum) return i;
  return -1;
}

function outside(name: string, verb: string, value: number | bigint, bounds: Bounds, where = ''): Refusal {
  const sentence = `${name} ${verb} ${String(value)}${where}, it must be ${boundsText(bounds)}.`;
  return new Refusal(RefusalCode.outOfRange, name, sentence);
}
