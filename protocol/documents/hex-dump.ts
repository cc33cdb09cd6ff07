import { commandOf } from '../commands.js';
import { type Field, type ScalarType, scalarBytes } from '../declaration/fields.js';
import {
  type Frame,
  FrameKind,
  encodeFrame,
  frameHeader,
  HEADER_BYTES,
  TRAILER_BYTES,
} from '../frames/frame.js';
import { progressMessage, refusalMessage } from '../messages/link.js';
import type { Fields } from '../declaration/struct.js';

/** Bytes per line. */
const LINE_BYTES = 12;

/** Prints the bytes of a frame, a field per line, with the name and the value of each field. */
export function hexDump(frame: Frame): string {
  const bytes = encodeFrame(frame);
  return [
    ...fieldLines(bytes.subarray(0, HEADER_BYTES), frameHeader.fields),
    ...payloadDump(frame),
    ...lines(bytes.subarray(-TRAILER_BYTES), 'CRC-32 of all before'),
  ].join('\n');
}

/** The lines of `hexDump` for a frame's payload alone. */
export const payloadDump = (frame: Frame): string[] => fieldLines(frame.payload, layoutOf(frame));

/** Fields of a frame's payload; empty if nothing is declared for it. */
function layoutOf({ kind, command }: Pick<Frame, 'kind' | 'command'>): Fields {
  if (kind === FrameKind.refusal) return refusalMessage.fields;
  if (kind === FrameKind.progress) return progressMessage.fields;
  const declared = commandOf(command);
  if (kind === FrameKind.response) return (declared?.response.fields ?? {}) as Fields;
  return kind === FrameKind.request ? ((declared?.request.fields ?? {}) as Fields) : {};
}

function fieldLines(bytes: Uint8Array, fields: Fields): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: Record<string, number> = {};
  const all: string[] = [];
  let offset = 0;
  for (const [name, field] of Object.entries(fields)) {
    const width = widthOf(field, values, bytes.length - offset);
    const part = bytes.subarray(offset, offset + width);
    const value =
      field.kind === 'scalar' && part.length === width ? scalarAt(view, offset, field.type) : undefined;
    if (value !== undefined) values[name] = Number(value);
    if (part.length > 0) all.push(...lines(part, `${name} ${describe(field, part, value)}`.trimEnd()));
    offset += part.length;
  }
  return offset < bytes.length
    ? [...all, ...lines(bytes.subarray(offset), 'not declared by any field')]
    : all;
}

function widthOf(field: Field, values: Readonly<Record<string, number>>, rest: number): number {
  switch (field.kind) {
    case 'scalar':
      return scalarBytes[field.type];
    case 'array':
      return field.shape.reduce<number>(
        (product, extent) => product * (typeof extent === 'number' ? extent : values[extent]),
        scalarBytes[field.type],
      );
    case 'rest':
      return rest;
    case 'text':
    case 'padding':
      return field.bytes;
  }
}

function describe(field: Field, part: Uint8Array, value: number | bigint | undefined): string {
  switch (field.kind) {
    case 'scalar':
      return [value, field.unit].join(' ').trimEnd();
    case 'text':
    case 'rest':
      return JSON.stringify(new TextDecoder().decode(part).replace(/\0+$/, ''));
    case 'array':
      return [elements(part, field.type).join(' '), field.unit].join(' ').trimEnd();
    case 'padding':
      return '';
  }
}

/** The first eight numbers of an array. */
function elements(part: Uint8Array, type: ScalarType): (number | bigint)[] {
  const view = new DataView(part.buffer, part.byteOffset, part.byteLength);
  const width = scalarBytes[type];
  const count = Math.min(8, Math.floor(part.length / width));
  return Array.from({ length: count }, (_, i) => scalarAt(view, i * width, type));
}

function scalarAt(view: DataView, offset: number, type: ScalarType): number | bigint {
  switch (type) {
    case 'u8':
      return view.getUint8(offset);
    case 'i8':
      return view.getInt8(offset);
    case 'u16':
      return view.getUint16(offset, true);
    case 'i16':
      return view.getInt16(offset, true);
    case 'u32':
      return view.getUint32(offset, true);
    case 'i32':
      return view.getInt32(offset, true);
    case 'u64':
      return view.getBigUint64(offset, true);
    case 'f32':
      return view.getFloat32(offset, true);
    case 'f64':
      return view.getFloat64(offset, true);
  }
}

/** Lines of bytes, the first of them with the text. */
function lines(bytes: Uint8Array, text: string): string[] {
  const all: string[] = [];
  for (let start = 0; start < bytes.length; start += LINE_BYTES) {
    const hex = [...bytes.subarray(start, start + LINE_BYTES)]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(' ');
    all.push(start === 0 ? `${hex.padEnd(3 * LINE_BYTES)} ${text}` : hex);
  }
  return all;
}
