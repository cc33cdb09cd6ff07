/**
 * The vocabulary in which the memory that host and kernels share is declared. A layout is a value (see
 * `layout`), and its offsets, its TypeScript type and the AssemblyScript side follow from it.
 */

/** Types of AssemblyScript and their widths in bytes; `usize` is an address. */
export const typeBytes = {
  u8: 1,
  bool: 1,
  i16: 2,
  u16: 2,
  i32: 4,
  u32: 4,
  f32: 4,
  usize: 4,
  f64: 8,
  v128: 16,
} as const;
export type FieldType = keyof typeof typeBytes;
export type ScalarType = Exclude<FieldType, 'v128'>;

/** One value. */
export interface ScalarField<T extends ScalarType = ScalarType> {
  readonly type: T;
  readonly meaning: string;
}

/** Room for values one after the other, which the kernels alone read and write. */
export interface ArrayField {
  readonly type: FieldType;
  readonly length: number;
  readonly meaning: string;
}

export type Field = ScalarField | ArrayField;
export type Fields = Readonly<Record<string, Field>>;

/** Values of the scalar fields of a declaration, by name. */
export type Values<F extends Fields> = {
  readonly [K in keyof F as F[K] extends ArrayField ? never : K]: F[K]['type'] extends 'bool'
    ? boolean
    : number;
};

const scalar =
  <T extends ScalarType>(type: T) =>
  (meaning: string): ScalarField<T> => ({ type, meaning });

export const u8 = scalar('u8');
export const bool = scalar('bool');
export const i16 = scalar('i16');
export const u16 = scalar('u16');
export const i32 = scalar('i32');
export const u32 = scalar('u32');
export const f32 = scalar('f32');
export const f64 = scalar('f64');
export const usize = scalar('usize');

export const array = (type: FieldType, length: number, meaning: string): ArrayField => ({
  type,
  length,
  meaning,
});

export const isArray = (field: Field): field is ArrayField => 'length' in field;

/** The values of an object that a declaration has scalar fields for. */
export function pick<F extends Fields>(fields: F, values: Values<F>): Values<F> {
  const all = values as Readonly<Record<string, unknown>>;
  const names = Object.keys(fields).filter((name) => !isArray(fields[name]));
  return Object.fromEntries(names.map((name) => [name, all[name]])) as Values<F>;
}
