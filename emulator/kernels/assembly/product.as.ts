/**
 * Integer matrix product of `vectors` (rounded up to two) int16 input rows with packed int16 weights (blocks
 * of 16 columns, see CoreMemory.weights). One lane is one column and holds two rows, so that the lanes are
 * never summed across; 4 x 2 registers hold 16 columns of two vectors. Each 8 sums are followed by a gap for
 * 8 more.
 */
export function product(
  weights: usize,
  blockStride: usize,
  inputs: usize,
  inputStride: usize,
  sums: usize,
  sumStride: usize,
  pairs: usize,
  blocks: i32,
  vectors: i32,
): void {
  for (let block = 0; block < blocks; block++) {
    for (let vector = 0; vector < vectors; vector += 2) {
      let weight = weights + <usize>block * blockStride;
      const end = weight + pairs * 64;
      let first = inputs + <usize>vector * inputStride;
      let second = first + inputStride;
      let a0 = i32x4.splat(0);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      let b0 = a0;
      let b1 = a0;
      let b2 = a0;
      let b3 = a0;
      while (weight < end) {
        const x = v128.load_splat<i32>(first);
        const y = v128.load_splat<i32>(second);
        const w0 = v128.load(weight);
        const w1 = v128.load(weight, 16);
        const w2 = v128.load(weight, 32);
        const w3 = v128.load(weight, 48);
        a0 = i32x4.add(a0, i32x4.dot_i16x8_s(w0, x));
        b0 = i32x4.add(b0, i32x4.dot_i16x8_s(w0, y));
        a1 = i32x4.add(a1, i32x4.dot_i16x8_s(w1, x));
        b1 = i32x4.add(b1, i32x4.dot_i16x8_s(w1, y));
        a2 = i32x4.add(a2, i32x4.dot_i16x8_s(w2, x));
        b2 = i32x4.add(b2, i32x4.dot_i16x8_s(w2, y));
        a3 = i32x4.add(a3, i32x4.dot_i16x8_s(w3, x));
        b3 = i32x4.add(b3, i32x4.dot_i16x8_s(w3, y));
        weight += 64;
        first += 4;
        second += 4;
      }
      const sum = sums + <usize>vector * sumStride + <usize>block * 128;
      v128.store(sum, a0);
      v128.store(sum, a1, 16);
      v128.store(sum, a2, 64);
      v128.store(sum, a3, 80);
      v128.store(sum + sumStride, b0);
      v128.store(sum + sumStride, b1, 16);
      v128.store(sum + sumStride, b2, 64);
      v128.store(sum + sumStride, b3, 80);
    }
  }
}
