import test from 'ava';
import fc from 'fast-check';
import { Convolution } from '../../../network/software/convolution.js';
import { positionsOf, unroll } from '../../../runtime/mapping/unroll.js';
import { inputCodes } from '../../../network/levels/input-codes.js';
import type { Layer } from '../../../network/model/model.js';
import { Random } from '../../../network/numerics/random.js';
import type { LayerShape } from '../../../network/model/shapes.js';

test('a matrix product of the unrolled image is the convolution, exactly on integers', (t) => {
  const extent = fc.integer({ min: 3, max: 7 });
  fc.assert(
    fc.property(
      fc.record({ channels: fc.integer({ min: 1, max: 3 }), height: extent, width: extent }),
      fc.record({ height: fc.constantFrom(1, 3), width: fc.constantFrom(1, 3) }),
      fc.constantFrom('same' as const, 'valid' as const),
      fc.integer(),
      (input, kernel, padding, seed) => {
        const random = new Random(seed);
        const filters = 2;
        const rows = input.channels * kernel.height * kernel.width;
        const layer: Layer = {
          type: 'convolution',
          name: 'c',
          weights: 'w',
          padding,
          activation: 'none',
          pool: 1,
          inputScale: 1,
        };
        const shape: LayerShape = { layer, input, rows, columns: filters, kernel };
        const image = Int8Array.from(
          { length: input.channels * input.height * input.width },
          () => random.below(255) - 127,
        );
        const weights = Float32Array.from({ length: filters * rows }, () => random.below(15) - 7);
        const { height, width } = positionsOf(shape);
        const vectors = new Int8Array(height * width * rows);
        unroll(shape, image, vectors, 0);
        const products = Array.from({ length: height * width * filters }, (_, at) => {
          const [position, filter] = [Math.floor(at / filters), at % filters];
          return weights
            .subarray(filter * rows, (filter + 1) * rows)
            .reduce((sum, weight, row) => sum + weight * vectors[position * rows + row], 0);
        });
        const plane = input.height * input.width;
        const channelsLast = Float32Array.from(
          image,
          (_, at) => image[(at % input.channels) * plane + Math.floor(at / input.channels)],
        );
        const tensor = { shape: [filters, input.channels, kernel.height, kernel.width], data: weights };
        t.deepEqual(products, [...new Convolution(tensor).apply(channelsLast, input, padding)]);
      },
    ),
    { numRuns: 100, seed: 1 },
  );
});

test('input codes are rounded to the nearest and saturate at +-127, never -128', (t) => {
  t.deepEqual([...inputCodes(Float32Array.of(0, 0.26, -0.26, 1e9, -1e9), 0.5)], [0, 1, -1, 127, -127]);
});
