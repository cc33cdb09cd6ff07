/**
 * The dense head that learns a task, by plain gradient descent on the mean cross-entropy of the support set:
 * W <- W - rate / N * sum over examples of (softmax(W f) - onehot(label)) f^T.
 * Weights are [ways, features] in row-major order; features are one array an example.
 */

/** Logits [ways] of one example. */
export function headLogits(weights: Float32Array, features: Float32Array): Float32Array {
  const count = features.length;
  const logits = new Float32Array(weights.length / count);
  for (let way = 0; way < logits.length; way++) {
    let sum = 0;
    for (let index = 0, at = way * count; index < count; index++, at++) sum += weights[at] * features[index];
    logits[way] = sum;
  }
  return logits;
}

/** Probabilities of the classes; the greatest logit is subtracted first, so that nothing overflows. */
export function softmax(logits: Float32Array): Float32Array {
  let greatest = -Infinity;
  for (const logit of logits) greatest = Math.max(greatest, logit);
  const probabilities = logits.map((logit) => Math.exp(logit - greatest));
  const sum = probabilities.reduce((total, value) => total + value, 0);
  return probabilities.map((value) => value / sum);
}

/** Label with the greatest logit, the first of equal ones. */
export function argmax(logits: Float32Array): number {
  let best = 0;
  for (let way = 1; way < logits.length; way++) if (logits[way] > logits[best]) best = way;
  return best;
}

/**
 * One step in place, from the logits of each support example as they were measured (in software, or on a board).
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

/** Weights [ways, features] after each of `updates` steps from zero, all in float32. */
export function learnHead(
  features: Float32Array[],
  labels: number[],
  ways: number,
  { updates, rate }: { updates: number; rate: number },
): Float32Array[] {
  const weights = new Float32Array(ways * features[0].length);
  return Array.from({ length: updates }, () => {
    const logits = features.map((vector) => headLogits(weights, vector));
    updateHead(weights, features, labels, logits, rate);
    return weights.slice();
  });
}

/** Fraction of the examples whose label has the greatest logit. */
export function headAccuracy(weights: Float32Array, features: Float32Array[], labels: number[]): number {
  const right = features.filter((vector, index) => argmax(headLogits(weights, vector)) === labels[index]);
  return right.length / features.length;
}
