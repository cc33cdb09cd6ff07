import { argmax, headLogits, type HoldWeights, softmax, updateHead } from '../../network/index.js';

/** Features of examples, and their labels. */
export interface LabelledFeatures {
  features: Float32Array[];
  labels: number[];
}

/** Loss of a task after the inner loop, and its exact (second-order) gradients. */
export interface MetaGradient {
  /** Mean cross-entropy of the query set, in nats. */
  loss: number;
  accuracy: number;
  /**
   * Gradients by the features of the support set, by those of the query set, by the rate and by the
   * sharpness.
   */
  support: Float32Array[];
  query: Float32Array[];
  rate: number;
  sharpness: number;
}

/** Parameters of the inner loop. */
export interface InnerLoop {
  updates: number;
  rate: number;
  /**
   * Factor of the query set's logits in the loss. Default 1. It does not change which class wins. Without it,
   * the loss mainly asks for longer features, which make the inner loop overshoot.
   */
  sharpness?: number;
}

/**
 * Learns the support set from a zero head by `updates` steps W <- W - rate / N (P - Y)^T F with P = softmax(F
 * W^T), computes the loss on the query set, and carries its gradient back through every step. Let G be the
 * gradient by the weights after a step, and D = -rate / N J(F G^T), where J v = P * (v - sum(P * v)) is the
 * Jacobian of the softmax. Then the gradient by the weights before the step is G + D^T F, by the features D W
 * - rate / N (P - Y) G, and by the rate -1 / N <G, (P - Y)^T F>. Gradients pass straight through `hold`.
 */
export function metaGradient(
  support: LabelledFeatures,
  query: LabelledFeatures,
  ways: number,
  { updates, rate, sharpness = 1 }: InnerLoop,
  hold: HoldWeights = (weights) => weights.slice(),
): MetaGradient {
  const size = support.features[0].length;
  const examples = support.features.length;
  const weights = new Float32Array(ways * size);
  const steps: { weights: Float32Array; errors: Float32Array[]; probabilities: Float32Array[] }[] = [];
  for (let update = 0; update < updates; update++) {
    const used = hold(weights);
    const logits = support.features.map((vector) => headLogits(used, vector));
    const probabilities = logits.map(softmax);
    steps.push({ weights: used, probabilities, errors: subtractLabels(probabilities, support.labels) });
    updateHead(weights, support.features, support.labels, logits, rate);
  }
  const used = hold(weights);
  const outer = queryLoss(query, used, sharpness);
  const result: MetaGradient = {
    ...outer,
    support: support.features.map(() => new Float32Array(size)),
    rate: 0,
  };
  const gradient = outer.weights;
  for (const { weights: before, errors, probabilities } of steps.reverse()) {
    const backward = new Float32Array(ways * size);
    for (let example = 0; example < examples; example++) {
      const vector = support.features[example];
      const target = result.support[example];
      const along = headLogits(gradient, vector);
      const chance = probabilities[example];
      const error = errors[example];
      const mean = along.reduce((sum, value, way) => sum + value * chance[way], 0);
      for (let way = 0; way < ways; way++) {
        result.rate -= (error[way] * along[way]) / examples;
        const logit = (-rate / examples) * chance[way] * (along[way] - mean);
        const direct = (-rate / examples) * error[way];
        for (let index = 0, at = way * size; index < size; index++, at++) {
          target[index] += logit * before[at] + direct * gradient[at];
          backward[at] += logit * vector[index];
        }
      }
    }
    for (let at = 0; at < gradient.length; at++) gradient[at] += backward[at];
  }
  return result;
}

function subtractLabels(probabilities: Float32Array[], labels: number[]): Float32Array[] {
  return probabilities.map((chance, example) =>
    chance.map((value, way) => value - (way === labels[example] ? 1 : 0)),
  );
}

/**
 * Mean cross-entropy of the query set, with its gradients by the weights, the sharpness and the query
 * features.
 */
function queryLoss(
  { features, labels }: LabelledFeatures,
  weights: Float32Array,
  scale: number,
): { loss: number; accuracy: number; sharpness: number; weights: Float32Array; query: Float32Array[] } {
  const gradient = new Float32Array(weights.length);
  let [loss, right, sharpness] = [0, 0, 0];
  const query = features.map((vector, example) => {
    const logits = headLogits(weights, vector);
    const error = softmax(logits.map((logit) => logit * scale));
    loss -= Math.log(Math.max(error[labels[example]], 1e-30)) / features.length;
    if (argmax(logits) === labels[example]) right++;
    error[labels[example]] -= 1;
    const target = new Float32Array(vector.length);
    for (const [way, value] of error.entries()) {
      sharpness += (value * logits[way]) / features.length;
      const share = (value * scale) / features.length;
      for (let index = 0, at = way * vector.length; index < vector.length; index++, at++) {
        target[index] += share * weights[at];
        gradient[at] += share * vector[index];
      }
    }
    return target;
  });
  return { loss, accuracy: right / features.length, sharpness, weights: gradient, query };
}
