import { type Field, type Fields, isArray, type ScalarType, typeBytes, type Values } from './fields.js';

/**
 * Where the fields of a declaration lie, in bytes from its beginning: in order, each aligned to its own
 * width.
 */
export interface Layout<F extends Fields = Fields> {
  /** Name of the class, or prefix of the constants, in AssemblyScript. */
  readonly name: string;
  readonly meaning: string;
  readonly fields: F;
  readonly offsets: Readonly<Record<keyof F, number>>;
  /** Size, a multiple of its alignment. */
  readonly bytes: number;
  /** Width of the widest field. */
  readonly alignment: number;
}

/** Lays out fields as AssemblyScript lays out the fields of a class. */
export function layout<F extends Fields>(name: string, meaning: string, fields: F): Layout<F> {
  const offsets: Partial<Record<string, number>> = {};
  let end = 0;
  let alignment = 1;
  for (const [field, declared] of Object.entries(fields)) {
    const width = typeBytes[declared.type];
    const offset = aligned(end, width);
    offsets[field] = offset;
    end = offset + bytesOf(declared);
    alignment = Math.max(alignment, width);
  }
  return {
    name,
    meaning,
    fields,
    offsets: offsets as Record<keyof F, number>,
    bytes: aligned(end, alignment),
    alignment,
  };
}

/** Smallest multiple of `width` from `offset` on. */
const aligned = (offset: number, width: number) => Math.ceil(offset / width) * width;

const bytesOf = (field: Field) => typeBytes[field.type] * (isArray(field) ? field.length : 1);

/** `V`, with no key but those of the declaration: else it does not compile. */
export type Exactly<F extends Fields, V> = V & { readonly [K in Exclude<keyof V, keyof Values<F>>]: never };

/**
 * Writes the scalar fields of a layout, little-endian, to a memory from `address` on. It does not compile if
 * a field is missing, or if there is one that the layout does not have.
 */
export function writeLayout<F extends Fields, V extends Values<F>>(
  { fields, offsets }: Layout<F>,
  memory: ArrayBufferLike,
  address: number,
  values: Exactly<F, V>,
): void {
  const view = new DataView(memory, address);
  for (const [name, field] of Object.entries(fields))
    if (!isArray(field)) {
      const value = (values as unknown as Readonly<Record<string, number | boolean>>)[name];
      writers[field.type](view, offsets[name], Number(value));
    }
}

type Writer = (view: DataView, offset: number, value: number) => void;

const writeU32: Writer = (view, offset, value) => view.setUint32(offset, value, true);
const writers: Readonly<Record<ScalarType, Writer>> = {
  u8: (view, offset, value) => view.setUint8(offset, value),
  bool: (view, offset, value) => view.setUint8(offset, value),
  i16: (view, offset, value) => view.setInt16(offset, value, true),
  u16: (view, offset, value) => view.setUint16(offset, value, true),
  i32: (view, offset, value) => view.setInt32(offset, value, true),
  u32: writeU32,
  usize: writeU32,
  f32: (view, offset, value) => view.setFloat32(offset, value, true),
  f64: (view, offset, value) => view.setFloat64(offset, value, true),
};
