import test from 'ava';
import { learnMovement } from '../../../network/arm/learn.js';
import type { ArmModel } from '../../../network/arm/model.js';
import { drawMovement, MovementSet } from '../../../network/arm/movement.js';
import type { ArmParameters } from '../../../network/arm/network.js';
import {
  learnerRanges,
  Float32Synapses,
  LevelSynapses,
  type Synapses,
} from '../../../network/arm/synapses.js';
import { Random } from '../../../network/numerics/random.js';
import { armNetwork } from '../../../training/arm/train-arm.js';
import { Fidelity } from '../../../training/arm/spiking/fidelity.js';
import { drawParameters } from '../../../training/arm/spiking/parameters.js';
import { TwoTrials } from '../../../training/arm/spiking/two-trials.js';

// Short and small, so that the two orders of summation have no time to drive the spikes apart.
const network = { ...armNetwork, steps: 60, neurons: 32, generatorNeurons: 32 };

for (const [fidelity, synapsesOf] of [
  [Fidelity.float32, () => new Float32Synapses(network.neurons)],
  [Fidelity.levels, (model: ArmModel) => new LevelSynapses(learnerRanges(model))],
] satisfies [Fidelity, (model: ArmModel) => Synapses][]) {
  test(`the step-by-step learning of the device's runtime does what the training's kernels do (${fidelity})`, async (t) => {
    const trials = new TwoTrials(network, { velocity: 0, rate: 0, maxRate: 20 });
    drawParameters(trials.parameters, network, new Random(5));
    for (const matrix of [trials.parameters.weights, trials.parameters.generatorInput])
      matrix.data.forEach((value, i, data) => (data[i] = 3 * value));
    trials.parameters.logRate.fill(Math.log(0.02));
    trials.parameters.logRange.data.forEach((value, j, data) => (data[j] = value + Math.log(3)));
    trials.setChip(fidelity, new Random(1));
    const target = drawMovement(MovementSet.test, 1, 0, network);
    const { error } = trials.evaluate([target]);
    const parameters = Object.fromEntries(
      Object.entries(trials.parameters).map(([name, matrix]) => [name, matrix.data]),
    ) as ArmParameters;
    const model: ArmModel = {
      description: { format: 1, task: 'arm', name: 'small', joints: 2, network },
      parameters,
    };
    const learned = await learnMovement(model, synapsesOf(model), target);
    t.true(learned.before.spikes.some((spike) => spike === 1));
    t.true(learned.changedPairs.length > 0);
    t.not(learned.before.error, learned.after.error);
    t.true(Math.abs(learned.after.error - error) < 1e-5, `${learned.after.error} against ${error}`);
  });
}
