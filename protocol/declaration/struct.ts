import { Parser } from 'binary-parser';
import { Refusal, RefusalCode } from '../refusal.js';
import { checkElements, checkScalar } from './bounds.js';
import { arrayBytes, textBytes, writeField } from './encoding.js';
import {
  type ArrayField,
  arrayTypes,
  type Field,
  type PaddingField,
  type RestField,
  scalarBytes,
  type ScalarField,
} from './fields.js';

/** The fields of a message, in the order of the wire. */
export type Fields = Record<string, Field>;

/** The TypeScript type of a message, derived from its fields. */
export type Message<F extends Fields> = {
  -readonly [K in keyof F as F[K] extends PaddingField ? never : K]: F[K] extends { readonly value?: infer T }
    ? NonNullable<T>
    : never;
};

/**
 * A message layout: first the fields of fixed size, each aligned to its own width so that a C compiler adds
 * no padding, then the fields whose size follows from them. Errors: `Error` if the fields are in another
 * order or not aligned.
 */
export class Struct<F extends Fields = Fields> {
  readonly fields: F;
  /** Size of the fixed part, in bytes. */
  readonly fixedBytes: number;
  /** Names of the fields that are text. */
  readonly texts: readonly string[];
  readonly #parser: Parser;
  readonly #variable: [name: string, field: ArrayField | RestField][];
  readonly #boundedScalars: [name: string, field: ScalarField][];
  readonly #boundedArrays: [name: string, field: ArrayField][];

  constructor(fields: F) {
    this.fields = fields;
    this.fixedBytes = layOut(fields);
    this.#variable = Object.entries(fields).filter(isVariable);
    this.texts = Object.keys(fields).filter((name) => isText(fields[name]));
    this.#boundedScalars = Object.entries(fields).filter(isBoundedScalar);
    this.#boundedArrays = Object.entries(fields).filter(isBoundedArray);
    this.#parser = buildParser(fields);
  }

  /** Size of `message` on the wire, in bytes. */
  byteLength(message: Message<F>): number {
    const values: Record<string, unknown> = message;
    let bytes = this.fixedBytes;
    for (const [name, field] of this.#variable) {
      bytes += field.kind === 'array' ? arrayBytes(field, values) : textBytes(values[name] as string);
    }
    return bytes;
  }

  /**
   * Encodes a message. Errors: `Refusal` (out of range, bad length) naming the field whose value does not fit
   * its declaration.
   */
  encode(message: Message<F>): Uint8Array {
    const bytes = new Uint8Array(this.byteLength(message));
    this.encodeInto(bytes, message);
    return bytes;
  }

  /** Encodes `message` into `bytes`, from `offset` on. Errors: as `encode`. */
  encodeInto(bytes: Uint8Array, message: Message<F>, offset = 0): void {
    const target = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
    for (const [name, field] of Object.entries(this.fields)) {
      offset = writeField(target, offset, name, field, message);
    }
  }

  /**
   * Decodes a message. Its arrays are views of `payload` if that is aligned for them, else copies.
   * Errors: `Refusal` (bad length) if `payload` is shorter or longer than its own fields say; `Refusal` (out
   * of range) naming a field that is outside of its bounds.
   */
  decode(payload: Uint8Array): Message<F> {
    if (payload.length < this.fixedBytes) {
      throw new Refusal(
        RefusalCode.badLength,
        'length',
        `The payload has ${payload.length} bytes, its fixed part alone takes ${this.fixedBytes}.`,
      );
    }
    const message = this.#parser.parse(payload) as Message<F>;
    const expected = this.byteLength(message);
    if (payload.length !== expected) {
      throw new Refusal(
        RefusalCode.badLength,
        'length',
        `The payload has ${payload.length} bytes, its fields say ${expected}.`,
      );
    }
    for (const [name, field] of this.#boundedScalars) checkScalar(name, field, (message as never)[name]);
    for (const [name, field] of this.#boundedArrays) checkElements(name, field, (message as never)[name]);
    return message;
  }
}

/** Declares a message layout. Errors: as `Struct`. */
export const struct = <F extends Fields>(fields: F): Struct<F> => new Struct(fields);

const isBoundedScalar = (entry: [string, Field]): entry is [string, ScalarField] =>
  entry[1].kind === 'scalar' && entry[1].bounds !== undefined;

const isBoundedArray = (entry: [string, Field]): entry is [string, ArrayField] =>
  entry[1].kind === 'array' && entry[1].bounds !== undefined;

const isText = ({ kind }: Field): boolean => kind === 'text' || kind === 'rest';

const isVariable = (entry: [string, Field]): entry is [string, ArrayField | RestField] =>
  entry[1].kind === 'array' || entry[1].kind === 'rest';

function layOut(fields: Fields): number {
  let offset = 0;
  let variable = false;
  for (const [name, field] of Object.entries(fields)) {
    if (field.kind === 'array' || field.kind === 'rest') {
      variable = true;
      continue;
    }
    if (variable) throw new Error(`The fixed field '${name}' must come before the variable ones.`);
    const bytes = field.kind === 'scalar' ? scalarBytes[field.type] : field.bytes;
    if (field.kind === 'scalar' && offset % bytes !== 0) {
      throw new Error(`The field '${name}' at offset ${offset} is not aligned to ${bytes} bytes.`);
    }
    offset += bytes;
  }
  return offset;
}

const parserMethods = {
  u8: 'uint8',
  i8: 'int8',
  u16: 'uint16le',
  i16: 'int16le',
  u32: 'uint32le',
  i32: 'int32le',
  u64: 'uint64le',
  f32: 'floatle',
  f64: 'doublele',
} as const;

function buildParser(fields: Fields): Parser {
  let parser = new Parser();
  for (const [name, field] of Object.entries(fields)) {
    switch (field.kind) {
      case 'scalar':
        parser = parser[parserMethods[field.type]](name);
        break;
      case 'text':
        parser = parser.string(name, { length: field.bytes, stripNull: true });
        break;
      case 'padding':
        parser = parser.seek(field.bytes);
        break;
      case 'array':
        parser = parser.buffer(name, {
          length: (message: Record<string, unknown>) => arrayBytes(field, message),
          formatter: (bytes: Uint8Array) => alignedArray(field, bytes),
        });
        break;
      case 'rest':
        parser = parser.buffer(name, {
          readUntil: 'eof',
          formatter: (bytes: Uint8Array) => new TextDecoder().decode(bytes),
        });
        break;
    }
  }
  return parser;
}

/** A typed array must start at a multiple of its width; if the payload does not allow that, it is copied. */
function alignedArray(field: ArrayField, bytes: Uint8Array): unknown {
  const width = scalarBytes[field.type];
  const { buffer, byteOffset } = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
  return new arrayTypes[field.type](buffer as ArrayBuffer, byteOffset, Math.floor(bytes.length / width));
}
