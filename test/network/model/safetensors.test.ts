import test from 'ava';
import fc from 'fast-check';
import { readSafetensors, SafetensorsError, writeSafetensors } from '../../../network/model/safetensors.js';

/** A file by hand: the header as given, then `data`. */
function file(header: unknown, data: Uint8Array = new Uint8Array()): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

const entry = (shape: number[], begin: number, end: number, dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

test('tensors and metadata are read back as they were written', (t) => {
  const shape = fc.array(fc.nat(4), { maxLength: 4 });
  const tensor = shape.chain((sizes) => {
    const length = sizes.reduce((product, size) => product * size, 1);
    return fc.float32Array({ minLength: length, maxLength: length }).map((data) => ({ shape: sizes, data }));
  });
  const name = fc.string({ minLength: 1 }).filter((text) => !text.startsWith('__'));
  fc.assert(
    fc.property(fc.array(fc.tuple(name, tensor), { maxLength: 5 }), fc.string(), (entries, note) => {
      const tensors = new Map(entries);
      const read = readSafetensors(writeSafetensors({ tensors, metadata: { note } }));
      t.is(read.metadata.note, note);
      t.deepEqual(new Map([...read.tensors].sort()), new Map([...tensors].sort()));
    }),
  );
});

test('a file laid out by hand as the specification says is read', (t) => {
  const data = new Uint8Array(new Float32Array([1.5, -2]).buffer);
  const { tensors } = readSafetensors(file({ b: entry([1], 4, 8), a: entry([1, 1], 0, 4) }, data));
  t.deepEqual(tensors.get('a'), { shape: [1, 1], data: new Float32Array([1.5]) });
  t.deepEqual(tensors.get('b'), { shape: [1], data: new Float32Array([-2]) });
});

test('every way to cut a file short is refused', (t) => {
  const whole = writeSafetensors({
    tensors: new Map([['w', { shape: [3], data: new Float32Array(3) }]]),
    metadata: {},
  });
  for (let length = 0; length < whole.length; length++)
    t.throws(() => readSafetensors(whole.subarray(0, length)), { instanceOf: SafetensorsError });
});

const refused: [string, Uint8Array, RegExp][] = [
  ['a foreign file', Buffer.from('PK\x03\x04 this is a zip and not a model'), /not a safetensors file/],
  ['a header that is not JSON', file('{"a":'), /not a safetensors file/],
  ['another number format', file({ w: entry([2], 0, 4, 'F16') }, new Uint8Array(4)), /tensor w.*F16/i],
  [
    'a shape that its bytes contradict',
    file({ w: entry([2], 0, 4) }, new Uint8Array(4)),
    /w.*\[2\].*4 bytes/,
  ],
  ['bytes that are missing', file({ w: entry([2], 0, 8) }, new Uint8Array(4)), /truncated: tensor w/],
  ['an entry without offsets', file({ w: { dtype: 'F32', shape: [1] } }), /tensor w is malformed/],
  ['a gap', file({ w: entry([1], 4, 8) }, new Uint8Array(8)), /tensor w starts/],
  ['bytes after the end', file({ w: entry([1], 0, 4) }, new Uint8Array(8)), /4 bytes follow/],
  ['an overlap', file({ a: entry([2], 0, 8), b: entry([1], 4, 8) }, new Uint8Array(8)), /tensor b starts/],
  ['metadata that is not texts', file({ __metadata__: { n: 1 } }), /__metadata__/],
];

for (const [fault, bytes, message] of refused) {
  test(`${fault} is refused`, (t) => {
    t.throws(() => readSafetensors(bytes), { instanceOf: SafetensorsError, message });
  });
}
