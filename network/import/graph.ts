import type { Tensor } from '../model/model.js';
import { type Shape, sizeOf } from '../model/shapes.js';
import { ImportError } from './errors.js';

/**
 * A network as another framework wrote it: a chain of layers whose numbers are ordered as in the file, so
 * that the plain evaluation and the conversion to a model rearrange them independently.
 */
export interface ImportedGraph {
  format: 'onnx' | 'tensorflow.js';
  /** One image [channels, height, width], whatever the order of the axes in the file. */
  input: Shape;
  layers: ImportedLayer[];
  /** Names of the layers that compute nothing here: dropout, identity, a softmax at the end. */
  ignored: string[];
}

/** The order in which values of a map [channels, height, width] become features. */
export type FeatureOrder = 'channels-first' | 'channels-last';

/** A convolution with stride 1. */
export interface ImportedConvolution {
  type: 'convolution';
  name: string;
  weights: Tensor;
  /** Axes of the weights: out, in, height and width of the kernel. */
  axes: 'OIHW' | 'HWIO';
  bias?: Float32Array;
  padding: 'same' | 'valid';
}

/** A batch normalisation with fixed statistics: gamma (x - mean) / sqrt(variance + epsilon) + beta. */
export interface ImportedNormalisation {
  type: 'normalisation';
  name: string;
  /** For each channel, or each feature. */
  gamma: Float32Array;
  beta: Float32Array;
  mean: Float32Array;
  variance: Float32Array;
  epsilon: number;
}

/** A dense layer. */
export interface ImportedDense {
  type: 'dense';
  name: string;
  weights: Tensor;
  axes: 'OI' | 'IO';
  bias?: Float32Array;
}

/** A layer of an imported network. */
export type ImportedLayer =
  | ImportedConvolution
  | ImportedNormalisation
  | ImportedDense
  | { type: 'relu'; name: string }
  /** Max pooling of window and stride `window`; an odd rest is dropped. */
  | { type: 'pooling'; name: string; window: number }
  | { type: 'flatten'; name: string; order: FeatureOrder };

/** Shape of the values between two layers: a map, or features after it was flattened. */
export interface Values extends Shape {
  flat: boolean;
}

/** Out, in, height and width of a convolution's weights, whatever the order of their axes. */
export function kernelOf({ weights: { shape }, axes }: ImportedConvolution) {
  const size = (axis: string) => shape[axes.indexOf(axis)];
  return { out: size('O'), in: size('I'), height: size('H'), width: size('W') };
}

/** Distance between neighbours along each axis of a tensor whose axes are named by single letters. */
export function stridesOf({ shape }: Tensor, axes: string): Record<string, number> {
  let stride = 1;
  const strides: Record<string, number> = {};
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axes[axis]] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/** Shape of the output of a layer for its input. Errors: `ImportError` if they do not fit. */
export function outputOf(layer: ImportedLayer, input: Values): Values {
  switch (layer.type) {
    case 'convolution':
      return convolved(layer, input);
    case 'normalisation': {
      const { length } = layer.gamma;
      if ([layer.beta, layer.mean, layer.variance].some((other) => other.length !== length))
        throw new ImportError(`Layer ${layer.name}: gamma, beta, mean and variance differ in length.`);
      if (length !== input.channels)
        throw new ImportError(
          `Layer ${layer.name} normalises ${length} channels, but ${input.channels} come to it.`,
        );
      return input;
    }
    case 'relu':
      return input;
    case 'pooling':
      return pooled(layer, input);
    case 'flatten':
      return { channels: sizeOf(input), height: 1, width: 1, flat: true };
    case 'dense':
      return connected(layer, input);
  }
}

function convolved(layer: ImportedConvolution, input: Values): Values {
  const { name, weights, bias, padding } = layer;
  if (weights.shape.length !== 4 || input.flat)
    throw new ImportError(
      `Layer ${name} must convolve a map of channels, height and width with weights of rank 4, here [${weights.shape}].`,
    );
  const kernel = kernelOf(layer);
  if (kernel.in !== input.channels)
    throw new ImportError(`Layer ${name} takes ${kernel.in} channels, but ${input.channels} come to it.`);
  checkBias(name, bias, kernel.out);
  const same = padding === 'same';
  const height = input.height - (same ? 0 : kernel.height - 1);
  const width = input.width - (same ? 0 : kernel.width - 1);
  return left(name, { channels: kernel.out, height, width, flat: false });
}

function pooled({ name, window }: { name: string; window: number }, input: Values): Values {
  if (input.flat) throw new ImportError(`Layer ${name} pools features; pooling needs height and width.`);
  const height = Math.floor(input.height / window);
  const width = Math.floor(input.width / window);
  return left(name, { ...input, height, width });
}

function left(name: string, values: Values): Values {
  if (values.height < 1 || values.width < 1)
    throw new ImportError(`Layer ${name} leaves nothing of its input.`);
  return values;
}

function connected({ name, weights, axes, bias }: ImportedDense, input: Values): Values {
  if (weights.shape.length !== 2)
    throw new ImportError(`Layer ${name} needs weights of rank 2, here [${weights.shape}].`);
  if (!input.flat) throw new ImportError(`Layer ${name} comes before the features are flattened.`);
  const features = weights.shape[axes.indexOf('I')];
  const out = weights.shape[axes.indexOf('O')];
  if (features !== input.channels)
    throw new ImportError(`Layer ${name} takes ${features} features, but ${input.channels} come to it.`);
  checkBias(name, bias, out);
  return { channels: out, height: 1, width: 1, flat: true };
}

function checkBias(name: string, bias: Float32Array | undefined, out: number): void {
  if (bias && bias.length !== out)
    throw new ImportError(`Layer ${name} has ${out} outputs, but a bias of ${bias.length} values.`);
}

/** Shape of the input of the first layer. */
export const inputOf = ({ input }: ImportedGraph): Values => ({ ...input, flat: false });
