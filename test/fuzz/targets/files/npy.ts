import { decodeNpy, encodeNpy, NpyError } from '../../../../data/index.js';
import { require, sameBytes, type Target } from '../../target.js';

export const npy: Target = {
  name: 'npy',
  reads: 'arrays in .npy files',
  refusals: [NpyError],
  seeds: () => [
    encodeNpy({ shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }),
    encodeNpy({ shape: [5], data: Int8Array.of(1, -2, 3, -4, 5) }),
    encodeNpy({ shape: [], data: Uint16Array.of(7) }),
    encodeNpy({ shape: [0, 4], data: new Float64Array() }),
  ],
  read(input) {
    const written = encodeNpy(decodeNpy(input));
    require(sameBytes(encodeNpy(decodeNpy(written)), written), 'Writing and reading changes it.');
  },
  words: [
    "'descr': '<f8'",
    "'fortran_order': False",
    "'shape': (",
    '9007199254740991',
    '1e9',
    '0x10',
    ', ',
    ')',
  ],
};
