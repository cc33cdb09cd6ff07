import test from 'ava';
import fc from 'fast-check';
import { loadProfile } from '../../../emulator/node/index.js';
import { DeviceNetwork, flash, planModel } from '../../../runtime/index.js';
import { type Model, SoftwareNetwork } from '../../../network/index.js';
import { quantise } from '../../../network/levels/levels.js';
import { DeviceLayer } from '../../../runtime/device/device-layer.js';
import { layerLevels } from '../../../runtime/mapping/layer-levels.js';
import { Random } from '../../../network/numerics/random.js';
import { oneLayer } from '../mapping/arbitrary-plan.js';
import { openBoard, openEmulatedBoard } from '../../../boards/index.js';
import { images, unsaturatedModel } from '../rig.js';

test('a layer without noise is the exact product to half a code of the converter a part, on any chip', async (t) => {
  const ideal = loadProfile('ideal');
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(1, 2, 5, 64),
      fc.integer({ min: 3, max: 40 }),
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 0, max: 1e6 }),
      async (cores, rows, inputs, outputs, seed) => {
        const board = await openEmulatedBoard({ profile: { ...ideal, cores, rows, columns: 210 }, seed: 1 });
        const model = oneLayer(outputs, inputs, seed);
        const [placement] = planModel(model, board.information).placements;
        const levels = layerLevels(model, placement);
        await flash(board, model);
        const device = new DeviceLayer(board, placement, levels);
        const random = new Random(seed);
        const vectors = Int8Array.from({ length: 3 * inputs }, () => random.below(255) - 127);
        const sums = await device.multiply(vectors);
        const parts = placement.tiles.reduce((sum, tile) => sum + tile.cores, 0);
        const { adcStep, conductanceMax } = board.information;
        for (const [at, sum] of sums.entries()) {
          const [vector, output] = [Math.floor(at / outputs), at % outputs];
          let product = 0;
          for (let input = 0; input < inputs; input++)
            product += vectors[vector * inputs + input] * levels.levels[output * inputs + input];
          const value = levels.unit[output] * device.inputScale;
          const halfCode = (0.5 * adcStep * value * 7) / conductanceMax;
          // Targets are whole nanosiemens: half of one an input, beside steps of conductanceMax / 7
          const targets = (inputs * 127 * 0.5 * value * 7) / conductanceMax;
          const error = Math.abs(sum - product * value);
          if (error > parts * halfCode + targets + 1e-5) t.is(sum, product * value);
        }
        t.is(device.multiplications, 3 * parts);
        await board.close();
      },
    ),
    { numRuns: 25, seed: 1 },
  );
});

/**
 * The maximum error that input codes, converter and whole nanosiemens can make in the features of a device
 * without noise.
 */
function errorBound(model: Model, device: { adcStep: number; conductanceMax: number }): number {
  const plan = planModel(model, device as never);
  let error = 0;
  for (const { shape, amplitude, repeats, inputs } of plan.placements.slice(0, -1)) {
    const weights = quantise(model.tensors.get(shape.layer.weights!)!).data;
    const { unit } = layerLevels(
      model,
      plan.placements.find((placement) => placement.shape === shape)!,
    );
    const scale = shape.layer.inputScale / amplitude;
    const worst = Array.from(unit, (weight, output) => {
      const column = weights.subarray(output * inputs, (output + 1) * inputs);
      const magnitude = column.reduce((sum, value) => sum + Math.abs(value), 0);
      const value = (weight * 7 * scale) / device.conductanceMax;
      return (
        magnitude * (error + scale / 2) + value * ((0.5 * device.adcStep) / repeats + inputs * 127 * 0.5)
      );
    });
    error = Math.max(...worst);
  }
  return error;
}

test('features of a device without noise are those of the 4-bit software network, within what its codes can resolve', async (t) => {
  for (const seed of [1, 2, 3]) {
    const model = unsaturatedModel(seed);
    if (seed === 3) Object.assign(model.description.input, { ink: 0, paper: 1 });
    const board = await openBoard('emulator:ideal?seed=1');
    await flash(board, model);
    const inputs = images(4, seed);
    const software = new SoftwareNetwork(model, 'int4');
    const network = new DeviceNetwork(board, model, planModel(model, board.information));
    const bound = errorBound(model, board.information);
    let [maximum, squares, squaredErrors] = [0, 0, 0];
    for (const [index, features] of (await network.features(inputs)).entries()) {
      const expected = software.features(inputs[index]);
      t.is(features.length, expected.length);
      for (const [at, feature] of features.entries()) {
        const error = Math.abs(feature - expected[at]);
        maximum = Math.max(maximum, error);
        squares += expected[at] ** 2;
        squaredErrors += error ** 2;
      }
    }
    t.true(maximum <= bound, `error ${maximum}, bound ${bound}`);
    t.true(squaredErrors < 0.2 ** 2 * squares, `relative error ${Math.sqrt(squaredErrors / squares)}`);
    await board.close();
  }
});
