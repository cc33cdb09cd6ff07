import fc from 'fast-check';
import type { ChipGeometry } from '../../../runtime/mapping/placement.js';
import type { Layer, Model, Tensor } from '../../../network/model/model.js';
import { Random } from '../../../network/numerics/random.js';
import { randomTensor } from '../../network/small-model.js';

/** A chip of 25 microsiemens whose converter takes 20 unit cells at full input, as `hermes` does. */
export const chipOf = (cores: number, rows: number, columns: number, adcBits = 14): ChipGeometry => ({
  cores,
  rows,
  columns,
  inputBits: 8,
  conductanceMax: 25_000,
  adcBits,
  adcStep: (20 * 25_000 * 127) / 2 ** (adcBits - 1),
});

export const anyChip = fc
  .tuple(fc.constantFrom(1, 2, 3, 8, 64), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }))
  .map(([cores, rows, columns]) => chipOf(cores, rows, columns));

/** A model of convolutions, dense layers and a head, with or without stored weights. */
export const anyModel: fc.Arbitrary<Model> = fc
  .record({
    channels: fc.integer({ min: 1, max: 3 }),
    height: fc.integer({ min: 3, max: 6 }),
    width: fc.integer({ min: 3, max: 6 }),
    convolutions: fc.array(
      fc.record({ filters: fc.integer({ min: 1, max: 8 }), kernel: fc.constantFrom(1, 3) }),
      { maxLength: 3 },
    ),
    dense: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 2 }),
    head: fc.option(fc.integer({ min: 1, max: 9 })),
    seed: fc.integer({ min: 0, max: 1e6 }),
  })
  .map(({ channels, height, width, convolutions, dense, head, seed }) => {
    const random = new Random(seed);
    const layers: Layer[] = [];
    const tensors = new Map<string, Tensor>();
    let depth = channels;
    for (const [index, { filters, kernel }] of convolutions.entries()) {
      const name = `conv${index + 1}`;
      layers.push({
        type: 'convolution',
        name,
        weights: `${name}.weight`,
        padding: 'same',
        activation: 'relu',
        pool: 1,
        inputScale: 0.01,
      });
      tensors.set(`${name}.weight`, randomTensor([filters, depth, kernel, kernel], random));
      depth = filters;
    }
    let features = depth * height * width;
    for (const [index, outputs] of dense.entries()) {
      const name = `dense${index + 1}`;
      layers.push({
        type: 'dense',
        name,
        weights: `${name}.weight`,
        activation: 'relu',
        inputScale: 0.01,
        weightRange: 0.7,
      });
      tensors.set(`${name}.weight`, randomTensor([outputs, features], random));
      features = outputs;
    }
    const stored = head !== null && { weights: 'head.weight' };
    layers.push({
      type: 'dense',
      name: 'head',
      activation: 'none',
      inputScale: 0.05,
      weightRange: 0.7,
      ...stored,
    });
    if (head !== null) tensors.set('head.weight', randomTensor([head, features], random));
    return {
      description: {
        format: 1,
        task: 'few-shot-classification',
        name: 'any',
        input: { channels, height, width },
        layers,
        inner: { layer: 'head', updates: 4, rate: 0.1 },
      },
      tensors,
    };
  });

/** A model whose one layer is a stored head of `outputs` x `inputs`. */
export function oneLayer(outputs: number, inputs: number, seed = 1): Model {
  return {
    description: {
      format: 1,
      task: 'few-shot-classification',
      name: 'one',
      input: { channels: inputs, height: 1, width: 1 },
      layers: [
        { type: 'dense', name: 'wide', weights: 'w', activation: 'none', inputScale: 0.01, weightRange: 1 },
      ],
      inner: { layer: 'wide', updates: 1, rate: 0.1 },
    },
    tensors: new Map([['w', randomTensor([outputs, inputs], new Random(seed))]]),
  };
}
