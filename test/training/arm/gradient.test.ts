import test from 'ava';
import { drawMovement, MovementSet } from '../../../network/arm/movement.js';
import type { ArmNetwork, ParameterName } from '../../../network/arm/network.js';
import { Random } from '../../../network/numerics/random.js';
import { Fidelity } from '../../../training/arm/spiking/fidelity.js';
import { TwoTrials } from '../../../training/arm/spiking/two-trials.js';

const bells = { count: 4, width: 1 };
const network: ArmNetwork = {
  steps: 24,
  stepSeconds: 0.02,
  neurons: 12,
  clocks: 4,
  generatorNeurons: 16,
  target: { place: { ...bells, low: -1, high: 1 }, velocity: { ...bells, low: -5, high: 5 } },
  leak: 0.8,
  readoutLeak: 0.7,
  signalLeak: 0.6,
  refractorySteps: 0,
};

function randomTrials(smooth: boolean): TwoTrials {
  const trials = new TwoTrials(network, { velocity: 0.01, rate: 1, maxRate: 1 }, { smooth });
  const random = new Random(3);
  for (const [name, matrix] of Object.entries(trials.parameters)) {
    const data = matrix.data;
    for (let i = 0; i < data.length; i++) data[i] = 0.4 * random.normal() + (name === 'readout' ? 0 : 0.1);
  }
  trials.parameters.logRate.fill(Math.log(0.3));
  trials.parameters.logRange.fill(Math.log(1.2));
  return trials;
}

const targets = [0, 1, 2].map((index) => drawMovement(MovementSet.training, 1, index, network));

for (const name of [
  'weights',
  'readout',
  'generatorInput',
  'generatorRecurrent',
  'signals',
  'logRate',
] satisfies ParameterName[]) {
  test(`the gradient by ${name}, through both trials and the update, agrees with differences`, (t) => {
    const trials = randomTrials(true);
    const random = new Random(11);
    const { data } = trials.parameters[name];
    const origin = data.slice();
    trials.train(targets);
    const gradient = trials.gradients[name].data.slice();
    const norm = Math.hypot(...gradient);
    t.true(norm > 1e-3);
    for (const direction of [gradient.map((g) => g / norm), gradient.map(() => random.normal())]) {
      const length = Math.hypot(...direction);
      const slope = gradient.reduce((sum, g, i) => sum + (g * direction[i]) / length, 0);
      const lossAt = (distance: number) => {
        data.forEach((_, i) => (data[i] = origin[i] + (distance * direction[i]) / length));
        return trials.train(targets).loss;
      };
      // Small, since the pseudo-derivative has corners.
      const difference = (lossAt(1e-4) - lossAt(-1e-4)) / 2e-4;
      t.true(
        Math.abs(difference - slope) < 0.01 * Math.abs(slope) + 1e-3 * norm,
        `${difference} against ${slope}`,
      );
    }
  });
}

test('spikes, levels and noise give finite gradients, and the same random stream the same ones', (t) => {
  const gradients = [1, 1, 2].map((seed) => {
    const trials = randomTrials(false);
    trials.setChip(Fidelity.noisy, new Random(seed));
    trials.train(targets);
    return Array.from(trials.gradients.weights.data);
  });
  t.true(gradients.flat().every(Number.isFinite));
  t.true(gradients[0].some((g) => g !== 0));
  t.deepEqual(gradients[0], gradients[1]);
  t.notDeepEqual(gradients[0], gradients[2]);
});
