import { crc32 as zlibCrc32 } from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import { fastCrc32 } from '../../../protocol/node/index.js';

test('equals zlib on any bytes, also continued', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.nat(3000), (bytes, cut) => {
      t.is(fastCrc32(bytes), zlibCrc32(bytes));
      t.is(fastCrc32(bytes.subarray(cut), fastCrc32(bytes.subarray(0, cut))), zlibCrc32(bytes));
    }),
  );
});
