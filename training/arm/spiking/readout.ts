import { type ArmNetwork, follow, LINK_LENGTH, type Movement } from '../../../network/arm/index.js';

/** Weights of the parts of the loss, beside the squared error of the end effector in square metres. */
export interface LossWeights {
  /** Of the squared error of the joints' velocities, in (radians per second)^2. */
  velocity: number;
  /** Of the squared excess of each neuron's rate, in spikes per step, mean over neurons. */
  rate: number;
  /** Rate in hertz above which a neuron is penalised. */
  maxRate: number;
}

/** [steps, 2] joint velocities from spikes [steps, neurons] by leaky readouts. */
export function readVelocities(
  spikes: Float32Array,
  readout: Float32Array,
  network: ArmNetwork,
): Float32Array {
  const { steps, neurons, readoutLeak } = network;
  const velocities = new Float32Array(2 * steps);
  let first = 0;
  let second = 0;
  for (let t = 0; t < steps; t++) {
    first *= readoutLeak;
    second *= readoutLeak;
    for (let j = 0; j < neurons; j++) {
      const spike = spikes[t * neurons + j];
      if (spike === 0) continue;
      first += spike * readout[2 * j];
      second += spike * readout[2 * j + 1];
    }
    velocities[2 * t] = first;
    velocities[2 * t + 1] = second;
  }
  return velocities;
}

/**
 * Loss of a drawn movement against its target, and its gradient [steps, 2] by the readouts' input currents.
 */
export function movementLoss(
  velocities: Float32Array,
  target: Movement,
  network: ArmNetwork,
  weights: LossWeights,
): { loss: number; squaredError: number; gradient: Float64Array } {
  const { steps, stepSeconds, readoutLeak } = network;
  const drawn = follow(velocities, stepSeconds);
  const gradient = new Float64Array(2 * steps);
  let squaredError = 0;
  let velocityError = 0;
  // Backward in time: by the angles of all later steps, then by the velocities, then by the inputs of the
  // leaky readouts.
  const byAngle = [0, 0];
  const byInput = [0, 0];
  for (let t = steps - 1; t >= 0; t--) {
    const at = 2 * t;
    const dx = drawn.positions[at] - target.positions[at];
    const dy = drawn.positions[at + 1] - target.positions[at + 1];
    squaredError += dx * dx + dy * dy;
    const shoulder = drawn.angles[at];
    const both = shoulder + drawn.angles[at + 1];
    const byElbow = (2 / steps) * LINK_LENGTH * (dy * Math.cos(both) - dx * Math.sin(both));
    byAngle[0] += byElbow + (2 / steps) * LINK_LENGTH * (dy * Math.cos(shoulder) - dx * Math.sin(shoulder));
    byAngle[1] += byElbow;
    for (let joint = 0; joint < 2; joint++) {
      const difference = velocities[at + joint] - target.velocities[at + joint];
      velocityError += difference * difference;
      byInput[joint] =
        readoutLeak * byInput[joint] +
        stepSeconds * byAngle[joint] +
        (2 / steps) * weights.velocity * difference;
      gradient[at + joint] = byInput[joint];
    }
  }
  squaredError /= steps;
  return { loss: squaredError + (weights.velocity * velocityError) / steps, squaredError, gradient };
}

/** What `penaliseRates` needs beside the spikes. */
export interface RatePenalty {
  neurons: number;
  stepSeconds: number;
  weights: LossWeights;
  /** Factor of the penalty and of its gradient. */
  share: number;
}

/**
 * Penalises neurons whose mean rate exceeds the maximum: adds to `gradient` [steps, neurons] the gradient by
 * the spikes [steps, neurons]. Returns the penalty.
 */
export function penaliseRates(
  spikes: Float32Array,
  gradient: Float32Array,
  { neurons, stepSeconds, weights, share }: RatePenalty,
): number {
  const steps = spikes.length / neurons;
  const rates = new Float64Array(neurons);
  for (let i = 0; i < spikes.length;) for (let j = 0; j < neurons; j++) rates[j] += spikes[i++] / steps;
  let penalty = 0;
  const slope = new Float64Array(neurons);
  for (let j = 0; j < neurons; j++) {
    const excess = Math.max(0, rates[j] - weights.maxRate * stepSeconds);
    penalty += (share * weights.rate * excess * excess) / neurons;
    slope[j] = (2 * share * weights.rate * excess) / (neurons * steps);
  }
  for (let i = 0; i < gradient.length;) for (let j = 0; j < neurons; j++) gradient[i++] += slope[j];
  return penalty;
}
