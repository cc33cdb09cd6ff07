/**
 * The vocabulary in which messages are declared. A message is a value (see `struct`), and its TypeScript type, encoder,
 * decoder, documentation and C struct follow from it.
 */

/** A fixed-width little-endian number. */
export interface ScalarField<T extends number | bigint = number | bigint> {
  readonly kind: 'scalar';
  readonly type: ScalarType;
  readonly meaning: string;
  readonly unit: string;
  /** Never present: carries the TypeScript type. */
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

/** Numbers one after the other; how many is the product of `shape` (constants and names of scalar fields of the same message). */
export interface ArrayField<A = unknown> {
  readonly kind: 'array';
  readonly type: ElementType;
  readonly shape: readonly (number | string)[];
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

/** Zero bytes that keep the next field aligned; no part of the message. */
export interface PaddingField {
  readonly kind: 'padding';
  readonly bytes: number;
  readonly meaning: string;
  readonly unit: '';
}

export type Field = ScalarField | TextField | ArrayField | RestField | PaddingField;

/** Width in bytes of every number that crosses the wire. */
export const scalarBytes = { u8: 1, i8: 1, u16: 2, i16: 2, u32: 4, i32: 4, f32: 4, u64: 8, f64: 8 } as const;
export type ScalarType = keyof typeof scalarBytes;

/** The typed arrays that array fields decode to. */
export const arrayTypes = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  u32: Uint32Array,
} as const;
export type ElementType = keyof typeof arrayTypes;

interface Elements {
  u8: Uint8Array;
  i8: Int8Array;
  u16: Uint16Array;
  i16: Int16Array;
  u32: Uint32Array;
}

const scalar =
  <T extends number | bigint>(type: ScalarType) =>
  (meaning: string, unit = ''): ScalarField<T> => ({ kind: 'scalar', type, meaning, unit });

export const u8 = scalar<number>('u8');
export const u16 = scalar<number>('u16');
export const u32 = scalar<number>('u32');
export const u64 = scalar<bigint>('u64');
export const f32 = scalar<number>('f32');
export const f64 = scalar<number>('f64');

export const text = (bytes: number, meaning: string): TextField => ({
  kind: 'text',
  bytes,
  meaning,
  unit: '',
});

export const padding = (bytes: number): PaddingField => ({ kind: 'padding', bytes, meaning: '0', unit: '' });

export const rest = (meaning: string): RestField => ({ kind: 'rest', meaning, unit: '' });

export function array<E extends ElementType>(
  type: E,
  shape: readonly (number | string)[],
  meaning: string,
  unit = '',
): ArrayField<Elements[E]> {
  return { kind: 'array', type, shape, meaning, unit };
}
