import { Convolution, maxPool } from './convolution.js';
import type { Drawing } from '../learning/classes.js';
import type { Episode, Example } from '../learning/episodes.js';
import {
  headAccuracy,
  headLogits,
  holdLevels,
  learnHead,
  type LearningSteps,
  rateFor,
  softmax,
} from '../learning/head.js';
import { activationOf } from '../model/activations.js';
import { networkInput } from '../model/input.js';
import { quantise } from '../levels/levels.js';
import type { DenseLayer, Model, Tensor } from '../model/model.js';
import { ModelError } from '../model/errors.js';
import { layerShapes, sizeOf, type LayerShape, type Shape } from '../model/shapes.js';

/** `float32`: weights as trained; `int4`: rounded to the levels -7 .. 7 of the chip. */
export type Precision = 'float32' | 'int4';

/** A head that learned a task, and its accuracy on the query set. */
export interface LearnedHead {
  /** Weights [ways, features] that the network computes with. */
  weights: Float32Array;
  /** Fraction of the query set recognised after 0, 1, .. updates. */
  accuracies: number[];
}

/**
 * The reference: the network in plain TypeScript, without any model of the chip. Features of a drawing are
 * computed once and kept as long as the drawing.
 */
export class SoftwareNetwork {
  readonly #stages: ((image: Float32Array) => Float32Array)[];
  readonly #head: DenseLayer;
  readonly #stored?: Tensor;
  readonly #featureCount: number;
  readonly #headBias?: Float32Array;
  readonly #cache = new WeakMap<Drawing, Float32Array>();

  constructor(
    readonly model: Model,
    readonly precision: Precision = 'float32',
  ) {
    const shapes = layerShapes(model);
    const head = shapes.pop()!;
    this.#head = head.layer as DenseLayer;
    if (this.#head.weights !== undefined) this.#stored = model.tensors.get(this.#head.weights);
    if (this.#head.bias !== undefined) this.#headBias = model.tensors.get(this.#head.bias)!.data;
    this.#featureCount = head.rows;
    this.#stages = shapes.map((shape) => this.#stage(shape));
  }

  /**
   * Input [features] of the head for a drawing [channels, height, width]; a convolution's channels come
   * first.
   */
  features(drawing: Drawing): Float32Array {
    let features = this.#cache.get(drawing);
    if (!features) {
      features = this.inputs(drawing).at(-1)!;
      this.#cache.set(drawing, features);
    }
    return features;
  }

  /**
   * Input of each layer for a drawing, that of the head last; nothing is kept. Errors: `ModelError` for
   * another size.
   */
  inputs(drawing: Drawing): Float32Array[] {
    const inputs = [networkInput(this.model.description, drawing)];
    for (const stage of this.#stages) inputs.push(stage(inputs.at(-1)!));
    return inputs;
  }

  /**
   * Learns the support set by the inner loop and classifies the query set before the first and after each
   * update. Errors: `ModelError` for a head that was trained for another number of ways.
   */
  learn(
    { classes, support, query }: Episode,
    { updates, rate }: LearningSteps = this.model.description.inner,
  ): LearnedHead {
    const initial = this.#initialHead(classes.length);
    const hold =
      this.precision === 'int4' ? holdLevels(this.#featureCount, this.#head.weightRange) : undefined;
    const bias = this.#headBias;
    const loop = { updates, rate: rateFor(rate, classes.length, this.model.description.inner.ways), bias };
    const steps = learnHead(this.#featuresOf(support), labelsOf(support), initial, loop, hold);
    const features = this.#featuresOf(query);
    return {
      weights: steps.at(-1)!,
      accuracies: steps.map((weights) => headAccuracy(weights, features, labelsOf(query), bias)),
    };
  }

  /** Probabilities [ways] of the classes for a drawing, from a learned head. */
  classify({ weights }: LearnedHead, drawing: Drawing): Float32Array {
    return softmax(headLogits(weights, this.features(drawing), this.#headBias));
  }

  #featuresOf(examples: Example[]): Float32Array[] {
    return examples.map(({ drawing }) => this.features(drawing));
  }

  #initialHead(ways: number): Float32Array {
    if (!this.#stored) return new Float32Array(ways * this.#featureCount);
    if (this.#stored.shape[0] !== ways)
      throw new ModelError(`The head was trained for ${this.#stored.shape[0]} ways, not for ${ways}.`);
    return this.#stored.data;
  }

  #stage({ layer, input }: LayerShape): (image: Float32Array) => Float32Array {
    const stored = this.model.tensors.get(layer.weights!)!;
    const weights = this.precision === 'float32' ? stored : quantise(stored);
    const bias = layer.bias === undefined ? undefined : this.model.tensors.get(layer.bias)!;
    const activation = activationOf(layer.activation);
    const activate = (values: Float32Array) => values.map((value) => activation(value));
    const mean = layer.mean === undefined ? undefined : this.model.tensors.get(layer.mean)!.data;
    const centre = (values: Float32Array) => (mean ? subtractMean(values, mean) : values);
    if (layer.type === 'dense') {
      return (image) => centre(activate(headLogits(weights.data, image, bias?.data)));
    }
    const convolution = new Convolution(weights, bias);
    const [, , kernelHeight, kernelWidth] = weights.shape;
    const shrink = layer.padding === 'same' ? { y: 0, x: 0 } : { y: kernelHeight - 1, x: kernelWidth - 1 };
    const full: Shape = {
      channels: weights.shape[0],
      height: input.height - shrink.y,
      width: input.width - shrink.x,
    };
    return (image) => {
      const sums = activate(convolution.apply(channelsLast(image, input), input, layer.padding));
      const pooled = layer.pool > 1 ? maxPool(sums, full, layer.pool) : sums;
      return centre(channelsFirst(pooled, full.channels));
    };
  }
}

function labelsOf(examples: Example[]): number[] {
  return examples.map(({ label }) => label);
}

/** Subtracts its mean [channels] from each channel of activations [channels, height, width], in place. */
export function subtractMean(activations: Float32Array, mean: Float32Array): Float32Array {
  const size = activations.length / mean.length;
  for (const [channel, value] of mean.entries())
    for (let at = channel * size; at < (channel + 1) * size; at++) activations[at] -= value;
  return activations;
}

/** [channels, height, width] to [height, width, channels]. */
function channelsLast(image: Float32Array, shape: Shape): Float32Array {
  return transpose(image, shape.channels, sizeOf(shape) / shape.channels);
}

/** [height, width, channels] to [channels, height, width]. */
function channelsFirst(image: Float32Array, channels: number): Float32Array {
  return transpose(image, image.length / channels, channels);
}

/** A matrix [rows, columns] to [columns, rows]. */
function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
  if (rows === 1 || columns === 1) return matrix;
  const transposed = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      transposed[column * rows + row] = matrix[row * columns + column];
  return transposed;
}
