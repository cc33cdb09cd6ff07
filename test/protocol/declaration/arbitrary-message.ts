import fc from 'fast-check';
import type { Fields } from '../../../protocol/index.js';
import {
  type Field,
  type ScalarField,
  type ScalarType,
  arrayTypes,
} from '../../../protocol/declaration/fields.js';

const scalars: Record<ScalarType, fc.Arbitrary<unknown>> = {
  u8: fc.nat(0xff),
  i8: fc.integer({ min: -0x80, max: 0x7f }),
  u16: fc.nat(0xffff),
  i16: fc.integer({ min: -0x8000, max: 0x7fff }),
  u32: fc.nat(0xffffffff),
  i32: fc.integer(),
  f32: fc.float({ noNaN: true }),
  f64: fc.double({ noNaN: true }),
  u64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
};

/** Any number within the bounds of the field. */
function arbitraryScalar({ type, bounds }: Pick<ScalarField, 'type' | 'bounds'>): fc.Arbitrary<unknown> {
  if (!bounds) return scalars[type];
  const range = { ...(bounds.minimum === undefined ? {} : { min: bounds.minimum }), max: bounds.maximum };
  if (type === 'f32') return fc.float({ ...range, noNaN: true, noDefaultInfinity: true });
  if (type === 'f64') return fc.double({ ...range, noNaN: true, noDefaultInfinity: true });
  return fc.integer({ min: bounds.minimum ?? 0, max: bounds.maximum ?? 0xff });
}

const smallExtent = ({ bounds }: ScalarField) => fc.integer({ min: bounds?.minimum ?? 0, max: 6 });

/** Any message of a layout; extents of arrays are kept small. */
export function arbitraryMessage(layout: {
  fields: Fields;
}): fc.Arbitrary<Record<string, NonNullable<unknown>>> {
  const extents = new Set(
    Object.values(layout.fields).flatMap((field) =>
      field.kind === 'array' ? field.shape.filter((extent) => typeof extent === 'string') : [],
    ),
  );
  const fixed = Object.entries(layout.fields).flatMap(([name, field]): [string, fc.Arbitrary<unknown>][] => {
    if (field.kind === 'scalar')
      return [[name, extents.has(name) ? smallExtent(field) : arbitraryScalar(field)]];
    if (field.kind === 'text') return [[name, arbitraryText(field.bytes)]];
    if (field.kind === 'rest') return [[name, arbitraryText(200)]];
    return [];
  });
  return fc
    .record(Object.fromEntries(fixed))
    .chain((values) => fc.record(withArrays(layout.fields, values))) as fc.Arbitrary<
    Record<string, NonNullable<unknown>>
  >;
}

function withArrays(fields: Fields, values: Record<string, unknown>): Record<string, fc.Arbitrary<unknown>> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, field]) => field.kind !== 'padding')
      .map(([name, field]) => [
        name,
        field.kind === 'array' ? arbitraryArray(field, values) : fc.constant(values[name]),
      ]),
  );
}

function arbitraryArray(
  field: Field & { kind: 'array' },
  values: Record<string, unknown>,
): fc.Arbitrary<unknown> {
  const length = field.shape.reduce<number>(
    (product, extent) => product * (typeof extent === 'number' ? extent : (values[extent] as number)),
    1,
  );
  return fc
    .array(arbitraryScalar(field) as fc.Arbitrary<number>, { minLength: length, maxLength: length })
    .map((numbers) => arrayTypes[field.type].from(numbers));
}

/** Text of at most `bytes` bytes without zero characters, which end a text on the wire. */
const arbitraryText = (bytes: number): fc.Arbitrary<string> =>
  fc
    .string({ unit: 'binary', maxLength: bytes })
    .filter((text) => !text.includes('\0') && new TextEncoder().encode(text).length <= bytes);
