import * as z from 'zod';
import type { Tensor } from './model.js';

/**
 * The safetensors format (https://github.com/huggingface/safetensors): the length of the header as a 64-bit
 * little-endian number, the header as JSON, then the tensors' bytes without a gap. This project reads and
 * writes float32 only.
 */

/** A file that is not a sound safetensors file of float32 tensors; the message is a sentence for the user. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}

/** Content of a safetensors file. */
export interface Safetensors {
  tensors: Map<string, Tensor>;
  /** The key `__metadata__` of the header. */
  metadata: Record<string, string>;
}

const LENGTH_BYTES = 8;
/** Maximum length of a header in bytes, as in the reference implementation. */
const HEADER_LIMIT = 100_000_000;

const headerEntry = z.object({
  dtype: z.string(),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});

/**
 * Reads a whole file; every tensor is copied out of `bytes`. Errors: `SafetensorsError` for anything
 * malformed.
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const { header, dataStart } = readHeader(bytes);
  const tensors = new Map<string, Tensor>();
  const shapes = new Map<string, { shape: number[]; begin: number; count: number }>();
  let metadata: Record<string, string> = {};
  const spans: { name: string; begin: number; end: number }[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') {
      const parsed = z.record(z.string(), z.string()).safeParse(value);
      if (!parsed.success) throw new SafetensorsError('The file’s __metadata__ is not a table of texts.');
      metadata = parsed.data;
      continue;
    }
    const entry = headerEntry.safeParse(value);
    if (!entry.success) throw new SafetensorsError(`The header’s entry for tensor ${name} is malformed.`);
    const { dtype, shape } = entry.data;
    const [begin, end] = entry.data.data_offsets;
    if (dtype !== 'F32')
      throw new SafetensorsError(`Tensor ${name} has the type ${dtype}; save it as float32 (F32).`);
    const count = shape.reduce((product, size) => product * size, 1);
    if (end - begin !== count * 4)
      throw new SafetensorsError(
        `Tensor ${name} has the shape [${shape}], ${count * 4} bytes, but the file gives it ${end - begin} bytes.`,
      );
    if (dataStart + end > bytes.length)
      throw new SafetensorsError(
        `The file is truncated: tensor ${name} ends at byte ${dataStart + end}, the file at ${bytes.length}.`,
      );
    spans.push({ name, begin, end });
    shapes.set(name, { shape, begin, count });
  }
  // Before anything is copied: tensors that overlap could take any amount of memory
  checkContiguous(spans, bytes.length - dataStart);
  for (const [name, { shape, begin, count }] of shapes)
    tensors.set(name, { shape, data: readFloats(bytes, dataStart + begin, count) });
  return { tensors, metadata };
}

/** Writes tensors in the order of the map; the data starts at a multiple of 8 bytes. */
export function writeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    const end = offset + data.length * 4;
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(LENGTH_BYTES + headerLength + offset);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerLength);
  bytes.set(json, LENGTH_BYTES);
  let position = LENGTH_BYTES + headerLength;
  for (const { data } of tensors.values()) {
    for (const value of data) {
      view.setFloat32(position, value, true);
      position += 4;
    }
  }
  return bytes;
}

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; dataStart: number } {
  const foreign = () => new SafetensorsError('This is not a safetensors file.');
  if (bytes.length < LENGTH_BYTES) throw foreign();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > HEADER_LIMIT || (bytes.length > LENGTH_BYTES && bytes[LENGTH_BYTES] !== 0x7b)) throw foreign();
  const dataStart = LENGTH_BYTES + length;
  if (dataStart > bytes.length)
    throw new SafetensorsError(
      `The file is truncated: its header ends at byte ${dataStart}, the file at ${bytes.length}.`,
    );
  let header: unknown;
  try {
    header = JSON.parse(
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(LENGTH_BYTES, dataStart)),
    );
  } catch {
    throw foreign();
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw foreign();
  return { header: header as Record<string, unknown>, dataStart };
}

function readFloats(bytes: Uint8Array, start: number, count: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, count * 4);
  return Float32Array.from({ length: count }, (_, index) => view.getFloat32(index * 4, true));
}

/** The format allows no gap, no overlap and nothing after the last tensor. */
function checkContiguous(spans: { name: string; begin: number; end: number }[], dataLength: number): void {
  let expected = 0;
  for (const { name, begin, end } of spans.sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== expected)
      throw new SafetensorsError(
        `The file is damaged: tensor ${name} starts at byte ${begin} of the data, expected ${expected}.`,
      );
    expected = end;
  }
  if (expected !== dataLength)
    throw new SafetensorsError(
      `The file is damaged: ${dataLength - expected} bytes follow after the last tensor.`,
    );
}
