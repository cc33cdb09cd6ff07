import * as tf from '@tensorflow/tfjs-core';

/**
 * Forward and backward passes that are fast on the WebAssembly backend. It has no Conv2DBackpropFilter, and
 * its transposed products are ten times slower than plain ones; so both gradients of a convolution are
 * written as convolutions. Images are [batch, height, width, channels]; weights are [height, width, in, out].
 */

/** Zero-padded ("same") convolution with stride 1. */
export function convolve(input: tf.Tensor4D, weights: tf.Tensor4D): tf.Tensor4D {
  return tf.conv2d(input, weights, 1, 'same');
}

/**
 * Gradient by the weights [height, width, in, out]: the correlation of input and output gradient over batch
 * and position. It is computed as a convolution with batch and channels exchanged, or as a matrix product if
 * there is one input channel.
 */
export function weightGradient(input: tf.Tensor4D, outputGradient: tf.Tensor4D, kernel: number): tf.Tensor4D {
  const reach = (kernel - 1) / 2;
  if (input.shape[3] > 1) {
    const images = tf.transpose(input, [3, 1, 2, 0]);
    const filters = tf.transpose(outputGradient, [1, 2, 0, 3]);
    return tf.transpose(tf.conv2d(images, filters, 1, reach), [1, 2, 0, 3]);
  }
  const output = outputGradient.shape[3];
  const product = tf.matMul(patches(input, kernel), tf.reshape(outputGradient, [input.size, output]));
  return tf.reshape(product, [kernel, kernel, 1, output]);
}

/** The neighbourhood of each pixel of images with one channel, [kernel * kernel, batch * height * width]. */
function patches(input: tf.Tensor4D, kernel: number): tf.Tensor2D {
  const [, height, width] = input.shape;
  const reach = (kernel - 1) / 2;
  const pixels = input.dataSync();
  const values = new Float32Array(input.size * kernel * kernel);
  for (let pixel = 0; pixel < input.size; pixel++) {
    const y = Math.floor(pixel / width) % height;
    const x = pixel % width;
    for (let row = -reach; row <= reach; row++) {
      if (y + row < 0 || y + row >= height) continue;
      for (let column = -reach; column <= reach; column++) {
        if (x + column < 0 || x + column >= width) continue;
        const position = (row + reach) * kernel + column + reach;
        values[position * input.size + pixel] = pixels[pixel + row * width + column];
      }
    }
  }
  return tf.tensor2d(values, [kernel * kernel, input.size]);
}

/**
 * The weights that carry an output gradient back to the input: rotated by 180 degrees, with in and out
 * exchanged.
 */
export function rotatedWeights(
  weights: Float32Array,
  kernel: number,
  input: number,
  output: number,
): Float32Array {
  const rotated = new Float32Array(weights.length);
  const positions = kernel * kernel;
  for (let position = 0; position < positions; position++)
    for (let from = 0; from < input; from++)
      for (let to = 0; to < output; to++)
        rotated[((positions - 1 - position) * output + to) * input + from] =
          weights[(position * input + from) * output + to];
  return rotated;
}

/**
 * The result of 2 x 2 max pooling without padding (an odd last row or column is dropped), and what its
 * gradient needs.
 */
export interface Pooled {
  output: tf.Tensor4D;
  inputShape: [number, number, number, number];
  /** 1 wherever the upper row is greater; 1 wherever the left column of the greater row is greater. */
  upper: tf.Tensor2D;
  left: tf.Tensor2D;
}

/**
 * Max pooling by views and maxima of two halves, because the backend's own MaxPoolGrad is ten times slower.
 */
export function pool(input: tf.Tensor4D): Pooled {
  const [batch, fullHeight, fullWidth, channels] = input.shape;
  const height = Math.floor(fullHeight / 2);
  const width = Math.floor(fullWidth / 2);
  const isEven = fullHeight === height * 2 && fullWidth === width * 2;
  const even = isEven ? input : tf.slice(input, [0, 0, 0, 0], [batch, height * 2, width * 2, channels]);
  const rows = halves(tf.reshape(even, [batch * height, 4 * width * channels]));
  const columns = halves(tf.reshape(rows.greater, [batch * height * width, 2 * channels]));
  return {
    output: tf.reshape(columns.greater, [batch, height, width, channels]),
    inputShape: input.shape,
    upper: rows.firstWins,
    left: columns.firstWins,
  };
}

function halves(pairs: tf.Tensor2D): { greater: tf.Tensor2D; firstWins: tf.Tensor2D } {
  const [count, length] = pairs.shape;
  const first = tf.slice(pairs, [0, 0], [count, length / 2]);
  const second = tf.slice(pairs, [0, length / 2], [count, length / 2]);
  const difference: tf.Tensor2D = tf.sub(first, second);
  return {
    greater: tf.add(second, tf.relu(difference)) as tf.Tensor2D,
    firstWins: tf.step(difference) as tf.Tensor2D,
  };
}

/** Gradient by the input of `pool`: the output's gradient goes to the position of each maximum. */
export function poolGradient(outputGradient: tf.Tensor4D, { inputShape, upper, left }: Pooled): tf.Tensor4D {
  const [, fullHeight, fullWidth, channels] = inputShape;
  const [batch, height, width] = outputGradient.shape;
  const columns = halvesGradient(tf.reshape(outputGradient, left.shape), left);
  const rows = halvesGradient(tf.reshape(columns, upper.shape), upper);
  const even = tf.reshape(rows, [batch, height * 2, width * 2, channels]);
  if (fullHeight === height * 2 && fullWidth === width * 2) return even as tf.Tensor4D;
  return tf.pad(even, [
    [0, 0],
    [0, fullHeight - height * 2],
    [0, fullWidth - width * 2],
    [0, 0],
  ]) as tf.Tensor4D;
}

function halvesGradient(gradient: tf.Tensor2D, firstWins: tf.Tensor2D): tf.Tensor2D {
  const first = tf.mul(gradient, firstWins);
  return tf.concat([first, tf.sub(gradient, first)], 1) as tf.Tensor2D;
}

/** Sum over all but the channels, by average pooling: the backend's own reduction is forty times slower. */
export function channelSums(values: tf.Tensor4D): tf.Tensor1D {
  const [batch, height, width, channels] = values.shape;
  const means = tf.reshape(tf.avgPool(values, [height, width], 1, 'valid'), [batch, channels]);
  const sums = tf.matMul(tf.fill([1, batch], height * width), means);
  return tf.reshape(sums, [channels]);
}

/** Gradient through ReLU, given its output. */
export function reluGradient<T extends tf.Tensor>(outputGradient: T, output: T): T {
  return tf.mul(outputGradient, tf.step(output));
}

/** Runs a computation and frees every tensor that it made; its result must hold no tensors. */
export function inScope<T>(compute: () => T): T {
  tf.engine().startScope();
  try {
    return compute();
  } finally {
    tf.engine().endScope();
  }
}
