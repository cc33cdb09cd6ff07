import test from 'ava';
import fc from 'fast-check';
import { walshOrder, walshProbes, walshTransform } from '../../../runtime/calibration/walsh.js';

test('the transform of the answers to the probes gives back a constant and every weight', (t) => {
  const system = fc.record({
    weights: fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 70 }),
    constant: fc.integer({ min: -1000, max: 1000 }),
    amplitude: fc.integer({ min: 1, max: 127 }),
    bits: fc.bigInt({ min: 0n, max: 2n ** 70n }),
  });
  fc.assert(
    fc.property(system, ({ weights, constant, amplitude, bits }) => {
      const inputs = weights.length;
      const signs = Int8Array.from(weights, (_, input) => ((bits >> BigInt(input)) & 1n ? 1 : -1));
      const order = walshOrder(inputs);
      const probes = walshProbes(signs, amplitude);
      const answers = Float64Array.from({ length: order }, (_, probe) =>
        weights.reduce((sum, weight, input) => sum + weight * probes[probe * inputs + input], constant),
      );
      const spectrum = walshTransform(answers);
      t.true(spectrum[0] === order * constant);
      for (const [input, weight] of weights.entries())
        t.true(spectrum[input + 1] * signs[input] === order * amplitude * weight);
      t.true(spectrum.subarray(inputs + 1).every((spare) => spare === 0));
    }),
    { numRuns: 50 },
  );
});
