import { quantise } from '../levels/levels.js';

/**
 * The dense head that learns a task, by plain gradient descent on the mean cross-entropy of the support set:
 * W <- W - rate / N * sum over examples of (softmax(W f) - onehot(label)) f^T.
 * Weights are [ways, features] in row-major order; features are one array an example.
 */

/**
 * Steps of the inner loop. The rate is that for the number of ways which the model's own rate was found for.
 */
export interface LearningSteps {
  updates: number;
  rate: number;
}

/** Logits [ways] of one example. */
export function headLogits(weights: Float32Array, features: Float32Array, bias?: Float32Array): Float32Array {
  const count = features.length;
  const logits = new Float32Array(weights.length / count);
  for (let way = 0; way < logits.length; way++) {
    let sum = bias ? bias[way] : 0;
    for (let index = 0, at = way * count; index < count; index++, at++) sum += weights[at] * features[index];
    logits[way] = sum;
  }
  return logits;
}

/** Probabilities of the classes; the maximum logit is subtracted first, so that nothing overflows. */
export function softmax(logits: Float32Array): Float32Array {
  let maximum = -Infinity;
  for (const logit of logits) maximum = Math.max(maximum, logit);
  const probabilities = logits.map((logit) => Math.exp(logit - maximum));
  const sum = probabilities.reduce((total, value) => total + value, 0);
  return probabilities.map((value) => value / sum);
}

/** Label with the maximum logit, the first of equal ones. */
export function argmax(logits: Float32Array): number {
  let best = 0;
  for (let way = 1; way < logits.length; way++) if (logits[way] > logits[best]) best = way;
  return best;
}

/**
 * One step in place, from the logits of each support example as measured in software or on a board.
 */
export function updateHead(
  weights: Float32Array,
  features: Float32Array[],
  labels: number[],
  logits: Float32Array[],
  rate: number,
): void {
  for (const [example, vector] of features.entries()) {
    const error = softmax(logits[example]);
    error[labels[example]] -= 1;
    for (let way = 0; way < error.length; way++) {
      const step = (rate * error[way]) / features.length;
      for (let index = 0, at = way * vector.length; index < vector.length; index++, at++)
        weights[at] -= step * vector[index];
    }
  }
}

/**
 * The rate for another number of ways than `found`, for which it was found. Of N examples, a class has N /
 * ways: with the same rate, the weights of a class in a zero head would move less by that factor.
 */
export function rateFor(rate: number, ways: number, found = ways): number {
  return (rate * ways) / found;
}

/** How weights [ways, features] are held for computing; updates add up in full precision beside it. */
export type HoldWeights = (weights: Float32Array) => Float32Array;

/** Weights [ways, features] as held before the first and after each of `updates` steps from `initial`. */
export function learnHead(
  features: Float32Array[],
  labels: number[],
  initial: Float32Array,
  { updates, rate, bias }: { updates: number; rate: number; bias?: Float32Array },
  hold: HoldWeights = (weights) => weights.slice(),
): Float32Array[] {
  const trained = initial.slice();
  const held = [hold(trained)];
  for (let update = 0; update < updates; update++) {
    const logits = features.map((vector) => headLogits(held[update], vector, bias));
    updateHead(trained, features, labels, logits, rate);
    held.push(hold(trained));
  }
  return held;
}

/** Holds a head of any number of ways as levels of 4 bits; `range` as in `quantise`. */
export function holdLevels(features: number, range?: number): HoldWeights {
  return (data) => quantise({ shape: [data.length / features, features], data }, range).data;
}

/** Fraction of the examples whose label has the maximum logit. */
export function headAccuracy(
  weights: Float32Array,
  features: Float32Array[],
  labels: number[],
  bias?: Float32Array,
): number {
  const right = features.filter(
    (vector, index) => argmax(headLogits(weights, vector, bias)) === labels[index],
  );
  return right.length / features.length;
}
