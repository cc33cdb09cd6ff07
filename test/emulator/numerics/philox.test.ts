import test from 'ava';
import { philox } from '../../../emulator/numerics/philox.js';

// Known answers of the Random123 distribution (kat_vectors, philox4x32 10): counter, key, output.
const vectors = [
  [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    '408f276d 41c83b0e a20bc7c6 6d5451fd',
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    'd16cfe09 94fdcceb 5001e420 24126ea1',
  ],
] as const;

for (const [counter, key, expected] of vectors)
  test(`known answer ${expected}`, (t) => {
    const words = Uint32Array.of(...counter, 7);
    philox(key[0], key[1], words);
    const hex = [...words].map((word) => word.toString(16).padStart(8, '0'));
    t.is(hex.slice(0, 4).join(' '), expected);
    t.is(words[4], 7);
  });
