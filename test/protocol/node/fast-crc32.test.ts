import { crc32 as zlibCrc32 } from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import { fastCrc32 } from '../../../protocol/node/index.js';
import { fastCrc32 as ofTheBoard } from '../../../protocol/node/fast-crc32.js';

test('equals zlib on any bytes, also continued', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.nat(3000), (bytes, cut) => {
      for (const crc32 of [fastCrc32, ofTheBoard]) {
        t.is(crc32(bytes), zlibCrc32(bytes));
        t.is(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut))), zlibCrc32(bytes));
      }
    }),
  );
});
