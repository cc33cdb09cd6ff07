/**
 * The fields that messages are declared with. A message layout is a value (see `struct`); its TypeScript
 * type, encoder, decoder, documentation and C struct all follow from it.
 */

/** Bounds of a number, both inclusive. A number with any bound must also be finite. */
export interface Bounds {
  readonly minimum?: number;
  readonly maximum?: number;
  /** Whether a floating-point number must be whole; integer types are. */
  readonly whole?: boolean;
}

/** A fixed-width little-endian number. */
export interface ScalarField<T extends number | bigint = number | bigint> {
  readonly kind: 'scalar';
  /** Bounds that every message is checked against when it is decoded. */
  readonly bounds?: Bounds;
  readonly type: ScalarType;
  readonly meaning: string;
  readonly unit: string;
  /** Never present; carries the TypeScript type. */
  readonly value?: T;
}

/** UTF-8 text in a fixed number of bytes, padded with zero bytes. */
export interface TextField {
  readonly kind: 'text';
  readonly bytes: number;
  readonly meaning: string;
  readonly unit: '';
  readonly value?: string;
}

/**
 * Numbers in a row. Their count is the product of `shape`: constants, and names of scalar fields of the same
 * message.
 */
export interface ArrayField<A = unknown> {
  readonly kind: 'array';
  readonly type: ElementType;
  readonly shape: readonly (number | string)[];
  /** Bounds of each element, checked as those of a scalar. */
  readonly bounds?: Bounds;
  readonly meaning: string;
  readonly unit: string;
  readonly value?: A;
}

/** UTF-8 text that fills the rest of the payload. */
export interface RestField {
  readonly kind: 'rest';
  readonly meaning: string;
  readonly unit: '';
  readonly value?: string;
}

/** Zero bytes that align the next field; not part of the message. */
export interface PaddingField {
  readonly kind: 'padding';
  readonly bytes: number;
  readonly meaning: string;
  readonly unit: '';
}

/** Any field. */
export type Field = ScalarField | TextField | ArrayField | RestField | PaddingField;

/** Width of each number on the wire, in bytes. */
export const scalarBytes = { u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, f32: 4, u64: 8, f64: 8 } as const;
/** Type of a number on the wire. */
export type ScalarType = keyof typeof scalarBytes;

/** The typed array that an array field decodes to, by the type of its elements. */
export const arrayTypes = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  u32: Uint32Array,
} as const;
/** Type of the elements of an array. */
export type ElementType = keyof typeof arrayTypes;

/** Typed array of each element type. */
export interface Elements {
  u8: Uint8Array;
  i8: Int8Array;
  u16: Uint16Array;
  i16: Int16Array;
  u32: Uint32Array;
}

const scalar =
  <T extends number | bigint>(type: ScalarType) =>
  (meaning: string, unit = '', bounds?: Bounds): ScalarField<T> => ({
    kind: 'scalar',
    type,
    meaning,
    unit,
    ...(bounds ? { bounds } : {}),
  });

/** The bounds in words, such as `from 1 to 8` or `at least 1`; empty without bounds. */
export function boundsText({ minimum, maximum, whole }: Bounds = {}): string {
  if (whole) return `a whole number ${boundsText({ minimum, maximum })}`;
  if (minimum !== undefined && maximum !== undefined) return `from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `at least ${minimum}`;
  return maximum === undefined ? '' : `at most ${maximum}`;
}

/** The bounds of a field in words, those of each element for an array; empty without bounds. */
export function fieldBoundsText(field: Field): string {
  if (field.kind === 'array' && field.bounds) return `each ${boundsText(field.bounds)}`;
  return field.kind === 'scalar' ? boundsText(field.bounds) : '';
}

/** An unsigned number of 8 bits, with its meaning and unit. */
export const u8 = scalar<number>('u8');
/** A signed number of 8 bits, with its meaning and unit. */
export const i8 = scalar<number>('i8');
/** An unsigned number of 16 bits, with its meaning and unit. */
export const u16 = scalar<number>('u16');
/** A signed number of 16 bits, with its meaning and unit. */
export const i16 = scalar<number>('i16');
/** An unsigned number of 32 bits, with its meaning and unit. */
export const u32 = scalar<number>('u32');
/** A signed number of 32 bits, with its meaning and unit. */
export const i32 = scalar<number>('i32');
/** An unsigned number of 64 bits, a bigint, with its meaning and unit. */
export const u64 = scalar<bigint>('u64');
/** An IEEE 754 number of 32 bits, with its meaning and unit. */
export const f32 = scalar<number>('f32');
/** An IEEE 754 number of 64 bits, with its meaning and unit. */
export const f64 = scalar<number>('f64');

/** UTF-8 text in `bytes` bytes. */
export const text = (bytes: number, meaning: string): TextField => ({
  kind: 'text',
  bytes,
  meaning,
  unit: '',
});

/** `bytes` zero bytes that align the next field. */
export const padding = (bytes: number): PaddingField => ({ kind: 'padding', bytes, meaning: '0', unit: '' });

/** UTF-8 text up to the end of the payload; the last field of its message. */
export const rest = (meaning: string): RestField => ({ kind: 'rest', meaning, unit: '' });

/**
 * Numbers of `type`, as many as the product of `shape`; the fields named there must stand in the same
 * message. `bounds` hold for each element.
 */
export function array<E extends ElementType>(
  type: E,
  shape: readonly (number | string)[],
  meaning: string,
  unit = '',
  bounds?: Bounds,
): ArrayField<Elements[E]> {
  return { kind: 'array', type, shape, meaning, unit, ...(bounds ? { bounds } : {}) };
}
