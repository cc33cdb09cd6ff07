/** A field of fixed size: an unsigned or signed number, text padded with zeros, or bytes as they are. */
export type FieldType = 'u8' | 'u16' | 'u32' | 'i32' | `text${number}` | `bytes${number}`;
type ValueOf<T extends FieldType> = T extends `text${number}`
  ? string
  : T extends `bytes${number}`
    ? Uint8Array
    : number;

/** The values of a record, by field. */
export type RecordValue<F extends Record<string, FieldType>> = { [K in keyof F]: ValueOf<F[K]> };

const numberBytes: Record<string, number> = { u8: 1, u16: 2, u32: 4, i32: 4 };

/**
 * A record of USB/IP, of fixed size: fields one after the other, numbers big-endian ("network byte order").
 */
export class BigEndianRecord<F extends Record<string, FieldType>> {
  readonly bytes: number;
  readonly #fields: F;

  constructor(fields: F) {
    this.#fields = fields;
    this.bytes = Object.values(fields).reduce((sum, type) => sum + sizeOf(type), 0);
  }

  encode(value: RecordValue<F>): Buffer {
    const buffer = Buffer.alloc(this.bytes);
    let offset = 0;
    for (const [name, type] of Object.entries(this.#fields)) {
      put(buffer, offset, type, value[name]);
      offset += sizeOf(type);
    }
    return buffer;
  }

  /** `buffer` holds at least `this.bytes`. */
  decode(buffer: Buffer): RecordValue<F> {
    let offset = 0;
    const entries = Object.entries(this.#fields).map(([name, type]) => {
      const value = take(buffer, offset, type);
      offset += sizeOf(type);
      return [name, value];
    });
    return Object.fromEntries(entries) as RecordValue<F>;
  }
}

const sizeOf = (type: FieldType): number => numberBytes[type] ?? Number(/\d+$/.exec(type));

function put(buffer: Buffer, offset: number, type: FieldType, value: unknown): void {
  if (type.startsWith('text')) buffer.write(value as string, offset, sizeOf(type), 'utf8');
  else if (type.startsWith('bytes')) buffer.set(value as Uint8Array, offset);
  else if (type === 'i32') buffer.writeInt32BE(value as number, offset);
  else buffer.writeUIntBE(value as number, offset, sizeOf(type));
}

function take(buffer: Buffer, offset: number, type: FieldType): number | string | Uint8Array {
  const field = buffer.subarray(offset, offset + sizeOf(type));
  if (type.startsWith('text')) return field.toString('utf8').replace(/\0.*$/s, '');
  if (type.startsWith('bytes')) return Uint8Array.from(field);
  return type === 'i32' ? field.readInt32BE() : field.readUIntBE(0, field.length);
}
