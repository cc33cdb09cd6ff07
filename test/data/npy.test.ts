import test from 'ava';
import fc from 'fast-check';
import { decodeNpy, encodeNpy, NpyError } from '../../data/index.js';

test('a file as NumPy 1.24 writes it: numpy.save(f, numpy.arange(6, dtype=numpy.int16).reshape(2, 3))', (t) => {
  const header = "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), }".padEnd(117) + '\n';
  const prefix = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, 118, 0]);
  const file = Buffer.concat([
    prefix,
    Buffer.from(header),
    Buffer.from([0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0]),
  ]);
  t.deepEqual(decodeNpy(file), { shape: [2, 3], data: new Int16Array([0, 1, 2, 3, 4, 5]) });
  t.deepEqual(Buffer.from(encodeNpy({ shape: [2, 3], data: new Int16Array([0, 1, 2, 3, 4, 5]) })), file);
});

test('decode undoes encode, also out of the middle of a pool', (t) => {
  fc.assert(
    fc.property(fc.float32Array({ maxLength: 40 }), fc.nat(9), (data, offset) => {
      const bytes = encodeNpy({ shape: [data.length], data });
      const pool = Buffer.alloc(bytes.length + offset);
      pool.set(bytes, offset);
      t.deepEqual(decodeNpy(pool.subarray(offset)), { shape: [data.length], data });
    }),
  );
});

test('foreign, truncated, Fortran-ordered and complex arrays are refused with a sentence', (t) => {
  const good = Buffer.from(encodeNpy({ shape: [4], data: new Float32Array(4) }));
  const altered = (from: string, to: string) =>
    Buffer.from(good.toString('latin1').replace(from, to), 'latin1');
  const refused = (bytes: Uint8Array, message: RegExp) =>
    t.throws(() => decodeNpy(bytes), { instanceOf: NpyError, message });
  refused(Buffer.from('PK\x03\x04 a zip, no array'), /no \.npy file/);
  refused(good.subarray(0, -1), /truncated/);
  for (const version of [1, 2, 3])
    for (let length = 0; length < good.length; length++) {
      const part = Buffer.from(good.subarray(0, length));
      if (length > 6) part[6] = version;
      refused(part, /./);
    }
  refused(altered("'fortran_order': False", "'fortran_order': True "), /C order/);
  refused(altered('<f4', '<c8'), /type <c8/);
});
