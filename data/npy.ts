/** Arrays as NumPy's .npy files, format version 1.0 (numpy.lib.format), C order, little-endian. */

const types = {
  '<f4': Float32Array,
  '<f8': Float64Array,
  '|i1': Int8Array,
  '|u1': Uint8Array,
  '<i2': Int16Array,
  '<u2': Uint16Array,
  '<i4': Int32Array,
  '<u4': Uint32Array,
} as const;
type Descriptor = keyof typeof types;
/** Elements of an array, in one of the types that are read and written. */
export type NpyData =
  Float32Array | Float64Array | Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array;

/** An array in C order. */
export interface NpyArray {
  shape: number[];
  data: NpyData;
}

/** Bytes that are not a usable array; the message says why. */
export class NpyError extends Error {
  override readonly name = 'NpyError';
}

/** Magic word, version and length of the header, of the versions with the longer one. */
const MIN_BYTES = 12;
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * Reads a .npy file. Errors: `NpyError` for a foreign or truncated file, Fortran order, or another type of
 * element.
 */
export function decodeNpy(bytes: Uint8Array): NpyArray {
  if (bytes.length < MIN_BYTES || magic.some((byte, i) => bytes[i] !== byte)) {
    throw new NpyError('it is no .npy file; write it with numpy.save.');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [start, length] = bytes[6] === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, start + length));
  const descriptor = /'descr': *'([^']+)'/.exec(header)?.[1] ?? '';
  const shape = /'shape': *\(([^)]*)\)/.exec(header)?.[1];
  if (!/'fortran_order': *False/.test(header) || shape === undefined) {
    throw new NpyError(
      'its header cannot be used; write it in C order with numpy.save(numpy.ascontiguousarray(...)).',
    );
  }
  if (!Object.hasOwn(types, descriptor)) {
    throw new NpyError(`its elements have the type ${descriptor || 'unknown'}; use float32, int8 or int16.`);
  }
  const extents = shape
    .split(',')
    .filter((extent) => extent.trim() !== '')
    .map(Number);
  if (!extents.every((extent) => Number.isSafeInteger(extent) && extent >= 0))
    throw new NpyError(`its shape (${shape}) is not one of whole numbers; the file is damaged.`);
  const type = types[descriptor as Descriptor];
  const body = bytes.subarray(start + length);
  const count = extents.reduce((product, extent) => product * extent, 1);
  if (body.length !== count * type.BYTES_PER_ELEMENT) {
    throw new NpyError(
      `it has ${body.length} bytes of data, its shape (${extents.join(', ')}) asks for another number; it may be truncated.`,
    );
  }
  return { shape: extents, data: new type(Uint8Array.from(body).buffer) };
}

/** Encodes an array as the bytes of a .npy file. */
export function encodeNpy({ shape, data }: NpyArray): Uint8Array {
  const descriptor = Object.entries(types).find(([, type]) => data instanceof type)?.[0] ?? '';
  const extents = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': (${extents}), }`;
  const padded = text.padEnd(Math.ceil((10 + text.length + 1) / 64) * 64 - 11) + '\n';
  const bytes = new Uint8Array(10 + padded.length + data.byteLength);
  bytes.set([...magic, 1, 0]);
  new DataView(bytes.buffer).setUint16(8, padded.length, true);
  bytes.set(new TextEncoder().encode(padded), 10);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + padded.length);
  return bytes;
}
