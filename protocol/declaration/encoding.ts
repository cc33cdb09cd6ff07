import { Refusal, RefusalCode } from '../refusal.js';
import { integerRanges } from './bounds.js';
import { type ArrayField, arrayTypes, type Field, scalarBytes } from './fields.js';

const utf8 = new TextEncoder();

/** Size of a text as UTF-8, in bytes. */
export const textBytes = (text: string): number => utf8.encode(text).length;

/** Number of elements, from the fields that the shape names. */
function elementCount(field: ArrayField, message: Record<string, unknown>): number {
  return field.shape.reduce<number>(
    (product, extent) => product * (typeof extent === 'number' ? extent : (message[extent] as number)),
    1,
  );
}

/** Size of an array field, in bytes. */
export const arrayBytes = (field: ArrayField, message: Record<string, unknown>): number =>
  elementCount(field, message) * scalarBytes[field.type];

const ranges: Partial<Record<string, readonly [min: number, max: number]>> = {
  ...integerRanges,
  i32: [-0x80000000, 0x7fffffff],
};

/** Memory that a message is encoded into. */
export interface Target {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/**
 * Writes one field of `message` at `offset`. Returns the offset behind it.
 * Errors: `Refusal` (out of range, bad length) naming the field.
 */
export function writeField(
  { bytes, view }: Target,
  offset: number,
  name: string,
  field: Field,
  message: Record<string, unknown>,
): number {
  const value = message[name];
  switch (field.kind) {
    case 'scalar':
      writeScalar(view, offset, field.type, name, value as number | bigint);
      return offset + scalarBytes[field.type];
    case 'text':
      writeText(bytes.subarray(offset, offset + field.bytes), name, value as string);
      return offset + field.bytes;
    case 'padding':
      bytes.fill(0, offset, offset + field.bytes);
      return offset + field.bytes;
    case 'array':
      return offset + writeArray(bytes, offset, field, name, message);
    case 'rest': {
      const encoded = utf8.encode(value as string);
      bytes.set(encoded, offset);
      return offset + encoded.length;
    }
  }
}

function writeScalar(
  view: DataView,
  offset: number,
  type: string,
  name: string,
  value: number | bigint,
): void {
  const range = ranges[type];
  if (range !== undefined && !(Number.isInteger(value) && value >= range[0] && value <= range[1])) {
    throw new Refusal(
      RefusalCode.outOfRange,
      name,
      `${name} is ${String(value)}, it must be a whole number from ${range[0]} to ${range[1]}.`,
    );
  }
  switch (type) {
    case 'u8':
      return view.setUint8(offset, value as number);
    case 'i8':
      return view.setInt8(offset, value as number);
    case 'u16':
      return view.setUint16(offset, value as number, true);
    case 'i16':
      return view.setInt16(offset, value as number, true);
    case 'u32':
      return view.setUint32(offset, value as number, true);
    case 'i32':
      return view.setInt32(offset, value as number, true);
    case 'f32':
      return view.setFloat32(offset, value as number, true);
    case 'f64':
      return view.setFloat64(offset, value as number, true);
    case 'u64':
      return view.setBigUint64(offset, value as bigint, true);
  }
}

function writeText(target: Uint8Array, name: string, value: string): void {
  const encoded = utf8.encode(value);
  if (encoded.length > target.length) {
    throw new Refusal(
      RefusalCode.outOfRange,
      name,
      `${name} takes ${encoded.length} bytes as UTF-8, at most ${target.length} fit.`,
    );
  }
  target.set(encoded);
  target.fill(0, encoded.length);
}

function writeArray(
  bytes: Uint8Array,
  offset: number,
  field: ArrayField,
  name: string,
  message: Record<string, unknown>,
): number {
  const value = message[name] as ArrayBufferView & { length: number };
  const expected = elementCount(field, message);
  if (!(value instanceof arrayTypes[field.type]) || value.length !== expected) {
    throw new Refusal(
      RefusalCode.badLength,
      name,
      `${name} has ${value.length} elements, the message announces ${expected} (${field.shape.join(' x ')}).`,
    );
  }
  bytes.set(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), offset);
  return value.byteLength;
}
