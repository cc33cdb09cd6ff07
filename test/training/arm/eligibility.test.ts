import test from 'ava';
import { EligibilityUpdate } from '../../../network/arm/eligibility.js';
import { Random } from '../../../network/numerics/random.js';
import { Kernels } from '../../../training/arm/spiking/kernels.js';
import { Population } from '../../../training/arm/spiking/population.js';

const NEURONS = 8;
const LEAK = 0.8;

/**
 * Two steps, a loss sum of signal times spike at the second one: a recurrent weight acts through one step
 * alone, where e-prop leaves nothing out.
 */
function twoSteps(smooth: boolean) {
  const kernels = new Kernels();
  const population = new Population(kernels, 2, NEURONS, { leak: LEAK, refractorySteps: 0, smooth });
  const weights = kernels.matrix(NEURONS, NEURONS);
  const random = new Random(4);
  const drawInto = (data: Float32Array, mean: number) => {
    for (let i = 0; i < data.length; i++) data[i] = mean + 0.5 * random.normal();
  };
  drawInto(weights.data, 0.1);
  drawInto(population.currents.data, 0.8);
  const signals = new Float32Array(NEURONS);
  drawInto(signals, 0);
  const loss = () => {
    const spikes = population.forward(weights).spikes.data;
    return signals.reduce((sum, signal, j) => sum + signal * spikes[NEURONS + j], 0);
  };
  return { kernels, population, weights, signals, loss };
}

function localUpdate({ population, signals }: ReturnType<typeof twoSteps>): Float32Array {
  const { spikes, slopes } = population.activity;
  const update = new EligibilityUpdate(NEURONS, NEURONS, LEAK);
  update.step(new Float32Array(NEURONS), slopes.data.slice(0, NEURONS), new Float32Array(NEURONS));
  update.step(spikes.data.slice(0, NEURONS), slopes.data.slice(NEURONS), signals);
  return update.sum;
}

for (const smooth of [false, true]) {
  test(`e-prop's update is the gradient where no path leads through a second step (${smooth ? 'smooth' : 'spikes'})`, (t) => {
    const trial = twoSteps(smooth);
    trial.loss();
    const local = localUpdate(trial);
    t.true(local.some((change) => Math.abs(change) > 0.01));
    trial.population.gradient.bySpikes.data.set(trial.signals, NEURONS);
    const byWeights = trial.kernels.matrix(NEURONS, NEURONS);
    trial.population.backward(trial.weights, byWeights);
    byWeights.data.forEach((gradient, i) => t.true(Math.abs(gradient - local[i]) < 1e-6));
  });
}

test("e-prop's update agrees with the differences of the loss", (t) => {
  const trial = twoSteps(true);
  trial.loss();
  const local = localUpdate(trial);
  const weights = trial.weights.data;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i];
    const lossAt = (value: number) => {
      weights[i] = value;
      return trial.loss();
    };
    const difference = (lossAt(weight + 0.01) - lossAt(weight - 0.01)) / 0.02;
    weights[i] = weight;
    t.true(Math.abs(difference - local[i]) < 2e-4, `${difference} against ${local[i]}`);
  }
});

test('a trace remembers earlier inputs, fading as the membrane does', (t) => {
  const update = new EligibilityUpdate(1, 1, 0.5);
  const step = (input: number, signal: number) =>
    update.step(Float32Array.of(input), Float32Array.of(0.3), Float32Array.of(signal));
  step(1, 0);
  step(0, 0);
  step(1, 2);
  t.true(Math.abs(update.sum[0] - (1 + 0.25) * 0.3 * 2) < 1e-6);
});
