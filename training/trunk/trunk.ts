import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../network/index.js';
import {
  channelSums,
  convolve,
  inScope,
  pool,
  poolGradient,
  reluGradient,
  rotatedWeights,
  weightGradient,
  type Pooled,
} from '../tensors/kernels.js';
import {
  FEATURES,
  FILTERS,
  heUniform,
  inputChannels,
  KERNEL,
  pools,
  SIDE,
  type Parameters,
} from '../tensors/parameters.js';
import type { Statistics } from './statistics.js';

/**
 * The convolutional trunk. Each layer is a convolution, max pooling, normalisation (if `normalise`), bias and
 * ReLU. Normalising after pooling, with a scale that is always positive, gives the same function as before
 * pooling, costs a quarter, and folds into weights and bias.
 */

/** Added to variances. */
const EPSILON = 1e-3;

interface LayerTape {
  input: tf.Tensor4D;
  pooled?: Pooled;
  normalised: tf.Tensor4D;
  /** 1 / standard deviation of each channel; undefined without normalisation. */
  inverse?: tf.Tensor1D;
  output: tf.Tensor4D;
}

/** What a forward pass leaves for the backward pass. It lives in the surrounding scope of tensors. */
export interface Tape {
  layers: LayerTape[];
  statistics: Statistics[];
}

/** Name of the weights of convolution `layer`. */
export const weightName = (layer: number) => `conv${layer + 1}.weight`;
/** Name of the biases of convolution `layer`. */
export const biasName = (layer: number) => `conv${layer + 1}.bias`;

/**
 * Name of the mean [56] of each channel of the features over training drawings; it is subtracted before the
 * head.
 */
export const MEAN = `conv${pools.length}.mean`;

/** Initial weights [3, 3, in, out] by He's rule, and zero biases. */
export function initialTrunk(random: Random): Parameters {
  const parameters: Parameters = {};
  for (const layer of pools.keys()) {
    const fanIn = KERNEL * KERNEL * inputChannels(layer);
    parameters[weightName(layer)] = heUniform(fanIn * FILTERS, fanIn, random);
    parameters[biasName(layer)] = new Float32Array(FILTERS);
  }
  return parameters;
}

/**
 * Computes features [batch, 504] of images [batch * 28 * 28]; with `normalise`, by the statistics of this
 * batch.
 */
export function forward(
  parameters: Parameters,
  images: Float32Array,
  normalise: boolean,
): { features: tf.Tensor2D; tape: Tape } {
  const batch = images.length / (SIDE * SIDE);
  let input: tf.Tensor4D = tf.tensor4d(images, [batch, SIDE, SIDE, 1]);
  const tape: Tape = { layers: [], statistics: [] };
  for (const [layer, window] of pools.entries()) {
    const weights = tf.tensor4d(parameters[weightName(layer)], [
      KERNEL,
      KERNEL,
      inputChannels(layer),
      FILTERS,
    ]);
    const convolved = convolve(input, weights);
    const pooled = window > 1 ? pool(convolved) : undefined;
    let normalised = pooled?.output ?? convolved;
    let inverse: tf.Tensor1D | undefined;
    if (normalise) {
      const count = normalised.size / FILTERS;
      const mean = tf.div(channelSums(normalised), count) as tf.Tensor1D;
      const centred = tf.sub(normalised, mean) as tf.Tensor4D;
      const variance = tf.div(channelSums(tf.square(centred)), count);
      inverse = tf.rsqrt(tf.add(variance, EPSILON)) as tf.Tensor1D;
      normalised = tf.mul(centred, inverse);
      tape.statistics.push({
        mean: mean.dataSync() as Float32Array,
        variance: variance.dataSync() as Float32Array,
      });
    }
    const output = tf.relu(tf.add(normalised, tf.tensor1d(parameters[biasName(layer)]))) as tf.Tensor4D;
    tape.layers.push({ input, normalised, output, ...(pooled && { pooled }), ...(inverse && { inverse }) });
    input = output;
  }
  return { features: tf.reshape(input, [batch, FEATURES]), tape };
}

/** Gradients by all parameters, from the gradient [batch, 504] by the features. */
export function backward(parameters: Parameters, { layers }: Tape, featureGradient: tf.Tensor2D): Parameters {
  const gradients: Parameters = {};
  let gradient: tf.Tensor4D = tf.reshape(featureGradient, layers.at(-1)!.output.shape);
  for (let layer = layers.length - 1; layer >= 0; layer--) {
    const { input, pooled, normalised, inverse, output } = layers[layer];
    gradient = reluGradient(gradient, output);
    const biasGradient = channelSums(gradient);
    gradients[biasName(layer)] = biasGradient.dataSync() as Float32Array;
    if (inverse) {
      const count = normalised.size / FILTERS;
      const slope = tf.div(channelSums(tf.mul(gradient, normalised)), count);
      const centred = tf.sub(tf.sub(gradient, tf.div(biasGradient, count)), tf.mul(normalised, slope));
      gradient = tf.mul(centred, inverse);
    }
    if (pooled) gradient = poolGradient(gradient, pooled);
    gradients[weightName(layer)] = weightGradient(input, gradient, KERNEL).dataSync() as Float32Array;
    if (layer === 0) break;
    const channels = inputChannels(layer);
    const rotated = rotatedWeights(parameters[weightName(layer)], KERNEL, channels, FILTERS);
    gradient = convolve(gradient, tf.tensor4d(rotated, [KERNEL, KERNEL, FILTERS, channels]));
  }
  return gradients;
}

/** Mean [56] of each channel of features [examples, 504]. */
export function channelMeans(features: Float32Array): Float32Array {
  const means = new Float32Array(FILTERS);
  for (const [index, value] of features.entries())
    means[index % FILTERS] += (value * FILTERS) / features.length;
  return means;
}

/** Features [examples, 504] minus the mean [56] of each channel. */
export function centred(features: Float32Array, means: Float32Array): Float32Array {
  return features.map((value, index) => value - means[index % FILTERS]);
}

/**
 * Folds fixed statistics into weights and biases: `forward` without normalisation then computes the same
 * function.
 */
export function foldStatistics(parameters: Parameters, statistics: Statistics[]): Parameters {
  const folded: Parameters = { ...parameters };
  for (const [layer, { mean, variance }] of statistics.entries()) {
    const inverse = variance.map((value) => 1 / Math.sqrt(value + EPSILON));
    folded[weightName(layer)] = parameters[weightName(layer)].map(
      (weight, index) => weight * inverse[index % FILTERS],
    );
    folded[biasName(layer)] = parameters[biasName(layer)].map(
      (bias, channel) => bias - mean[channel] * inverse[channel],
    );
  }
  return folded;
}

/**
 * The inverse of `foldStatistics`, with the statistics of `images`: returns parameters that compute the same
 * function with normalisation, except for a scale of each feature. The weights of the next layer take up what
 * normalisation removes from a channel's scale.
 */
export function unfoldStatistics(folded: Parameters, images: Float32Array): Parameters {
  const unfolded = { ...folded };
  inScope(() => {
    for (const [layer, { normalised }] of forward(folded, images, false).tape.layers.entries()) {
      const count = normalised.size / FILTERS;
      const mean = tf.div(channelSums(normalised), count);
      const variance = tf.div(channelSums(tf.square(tf.sub(normalised, mean))), count).dataSync();
      const deviation = variance.map((value) => Math.sqrt(value + EPSILON));
      const means = mean.dataSync();
      unfolded[biasName(layer)] = folded[biasName(layer)].map(
        (bias, channel) => (bias + means[channel]) / deviation[channel],
      );
      const next = unfolded[weightName(layer + 1)];
      if (next)
        unfolded[weightName(layer + 1)] = next.map(
          (weight, index) => weight * deviation[Math.floor(index / FILTERS) % FILTERS],
        );
    }
  });
  return unfolded;
}
