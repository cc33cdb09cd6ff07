import test from 'ava';
import { adamStep, initialAdam } from '../../../training/optimiser/adam.js';

test('Adam’s first step is the rate, against the sign of the gradient; only weights decay', (t) => {
  const parameters = { 'a.weight': Float32Array.of(1, 1), 'a.bias': Float32Array.of(1, 1) };
  const gradients = { 'a.weight': Float32Array.of(5, -0.01), 'a.bias': Float32Array.of(5, -0.01) };
  adamStep(parameters, gradients, initialAdam(parameters), () => 0.1, { weightDecay: 0.5 });
  const rounded = (values: Float32Array) => [...values].map((value) => +value.toFixed(4));
  t.deepEqual(rounded(parameters['a.bias']), [0.9, 1.1]);
  t.deepEqual(rounded(parameters['a.weight']), [0.85, 1.05]);
});

test('Adam finds the minimum of a parabola', (t) => {
  const parameters = { x: Float32Array.of(3) };
  const state = initialAdam(parameters);
  for (let step = 0; step < 500; step++)
    adamStep(parameters, { x: Float32Array.of(2 * (parameters.x[0] - 1)) }, state, () => 0.05);
  t.true(Math.abs(parameters.x[0] - 1) < 1e-2);
});

test('gradients above the maximum norm are scaled down to it', (t) => {
  const states = [
    { gradient: [30, -40], maxNorm: 5 },
    { gradient: [3, -4], maxNorm: 5 },
    { gradient: [3, -4], maxNorm: Infinity },
  ].map(({ gradient, maxNorm }) => {
    const parameters = { x: new Float32Array(2) };
    const state = initialAdam(parameters);
    adamStep(parameters, { x: Float32Array.from(gradient) }, state, () => 0.1, { maxNorm });
    return state.first;
  });
  t.deepEqual(states[0], states[1]);
  t.deepEqual(states[1], states[2]);
});

test('epsilon shortens the step for tiny gradients, more when it is added to the raw moment', (t) => {
  // With a first gradient g, the corrected moments are g and g^2, the raw ones 0.1 g and 0.001 g^2
  const g = 1e-7;
  const stepWith = (epsilonTo: 'corrected' | 'raw') => {
    const parameters = { x: new Float32Array(1) };
    adamStep(parameters, { x: Float32Array.of(g) }, initialAdam(parameters), () => 1, { epsilonTo });
    return -parameters.x[0];
  };
  t.true(Math.abs(stepWith('corrected') - g / (g + 1e-8)) < 1e-4);
  const root = Math.sqrt(0.001) * g;
  t.true(Math.abs(stepWith('raw') - root / (root + 1e-8)) < 1e-4);
});
