import {
  type ImportedConvolution,
  type ImportedDense,
  type ImportedGraph,
  type ImportedLayer,
  type Values,
  inputOf,
  kernelOf,
  outputOf,
  stridesOf,
} from './graph.js';

/**
 * Computes an imported network by the definition of each layer, in float64 and plain loops: slow, and
 * independent of the network that it is compared with. Returns the output of the last layer; a map is
 * [channels, height, width].
 */
export function evaluateGraph(graph: ImportedGraph, image: Float64Array): Float64Array {
  let values = inputOf(graph);
  let data = image;
  for (const layer of graph.layers) {
    const output = outputOf(layer, values);
    data = evaluateLayer(layer, data, values, output);
    values = output;
  }
  return data;
}

function evaluateLayer(
  layer: ImportedLayer,
  data: Float64Array,
  input: Values,
  output: Values,
): Float64Array {
  const plane = input.height * input.width;
  switch (layer.type) {
    case 'convolution':
      return convolve(layer, data, input, output);
    case 'dense':
      return multiply(layer, data, output.channels);
    case 'relu':
      return data.map((value) => Math.max(0, value));
    case 'normalisation': {
      const { gamma, beta, mean, variance, epsilon } = layer;
      return data.map((value, index) => {
        const c = Math.floor(index / plane);
        return (gamma[c] * (value - mean[c])) / Math.sqrt(variance[c] + epsilon) + beta[c];
      });
    }
    case 'pooling':
      return pool(layer.window, data, input, output);
    case 'flatten':
      if (layer.order === 'channels-first') return data.slice();
      return data.map((_, to) => data[(to % input.channels) * plane + Math.floor(to / input.channels)]);
  }
}

function convolve(layer: ImportedConvolution, data: Float64Array, input: Values, output: Values) {
  const kernel = kernelOf(layer);
  const { O, I, H, W } = stridesOf(layer.weights, layer.axes);
  const same = layer.padding === 'same';
  const [top, left] = same ? [(kernel.height - 1) / 2, (kernel.width - 1) / 2] : [0, 0];
  const sums = new Float64Array(output.channels * output.height * output.width);
  let at = 0;
  for (let out = 0; out < output.channels; out++)
    for (let y = 0; y < output.height; y++)
      for (let x = 0; x < output.width; x++) {
        let sum = layer.bias?.[out] ?? 0;
        for (let channel = 0; channel < input.channels; channel++)
          for (let ky = 0; ky < kernel.height; ky++)
            for (let kx = 0; kx < kernel.width; kx++) {
              const [row, column] = [y + ky - top, x + kx - left];
              if (row < 0 || row >= input.height || column < 0 || column >= input.width) continue;
              const value = data[(channel * input.height + row) * input.width + column];
              sum += value * layer.weights.data[out * O + channel * I + ky * H + kx * W];
            }
        sums[at++] = sum;
      }
  return sums;
}

function multiply({ weights, axes, bias }: ImportedDense, data: Float64Array, outputs: number) {
  const { O, I } = stridesOf(weights, axes);
  return Float64Array.from({ length: outputs }, (_, out) =>
    data.reduce((sum, value, index) => sum + value * weights.data[out * O + index * I], bias?.[out] ?? 0),
  );
}

function pool(window: number, data: Float64Array, input: Values, { channels, height, width }: Values) {
  const maxima = new Float64Array(channels * height * width).fill(-Infinity);
  for (let channel = 0; channel < channels; channel++)
    for (let y = 0; y < height * window; y++)
      for (let x = 0; x < width * window; x++) {
        const to = (channel * height + Math.floor(y / window)) * width + Math.floor(x / window);
        const value = data[(channel * input.height + y) * input.width + x];
        maxima[to] = Math.max(maxima[to], value);
      }
  return maxima;
}
