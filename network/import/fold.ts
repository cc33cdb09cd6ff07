import { ImportError } from './errors.js';
import {
  type ImportedConvolution,
  type ImportedDense,
  type ImportedGraph,
  type ImportedLayer,
  type ImportedNormalisation,
  type Values,
  inputOf,
  kernelOf,
  outputOf,
  stridesOf,
} from './graph.js';

/** A convolution or dense layer with the layers that were folded into it. */
export interface Stage {
  type: 'convolution' | 'dense';
  name: string;
  /** Of the weights, [out, ...], as in the model file. */
  shape: number[];
  weights: Float64Array;
  /** [out]. */
  bias: Float64Array;
  padding: 'same' | 'valid';
  relu: boolean;
  /** Window of the max pooling; 1 for none. */
  pool: number;
  /**
   * Name of a normalisation before it that was folded into its weights, as the layer before could not take
   * it.
   */
  absorbed?: string;
}

/** Values that the network was trained to see for ink and for paper. */
export interface Tones {
  ink: number;
  paper: number;
}

/** A graph as stages, and the values for ink and paper after it. */
export interface Folded extends Tones {
  stages: Stage[];
}

/** y = scale x + offset, for each channel of a map or each feature. */
interface Affine {
  name: string;
  scale: Float64Array;
  offset: Float64Array;
}

/**
 * Converts a graph to layers that a model can hold: activation, pooling and normalisation go into the
 * convolution or dense layer that they belong to, and weights get the order of the model file. A
 * normalisation is folded into the layer before it if that is exact: before ReLU; or with scales that are not
 * negative after pooling or, without offsets, after ReLU. Otherwise it is folded into the layer after it, or
 * refused. One before the first layer changes the values of ink and paper. Errors: `ImportError` that names
 * the layer that a model cannot express.
 */
export function foldGraph(graph: ImportedGraph, tones: Tones): Folded {
  const folding = new Folding(inputOf(graph), tones);
  for (const layer of graph.layers) folding.add(layer);
  return folding.end();
}

class Folding {
  /** Shape of the values after the layers so far. */
  #values: Values;
  readonly #tones: Tones;
  readonly #stages: Stage[] = [];
  /** A normalisation that waits for the next layer. */
  #pending: Affine | undefined;
  /** Index in the order of the graph of each feature in the order [channels, height, width]. */
  #order: number[] | undefined;

  constructor(values: Values, tones: Tones) {
    this.#values = values;
    this.#tones = tones;
  }

  add(layer: ImportedLayer): void {
    const output = outputOf(layer, this.#values);
    const stage = this.#stages.at(-1);
    switch (layer.type) {
      case 'convolution':
      case 'dense':
        this.#push(layer.type === 'dense' ? this.#dense(layer) : convolution(layer));
        break;
      case 'normalisation':
        this.#normalise(layer);
        break;
      case 'relu':
        this.#require(stage !== undefined, layer.name, 'works on the image itself');
        this.#require(!this.#pending, layer.name, `follows ${this.#pending?.name}, ${UNFOLDABLE}`);
        stage!.relu = true;
        break;
      case 'pooling':
        this.#require(stage !== undefined, layer.name, 'pools the image itself');
        this.#require(
          this.#pending?.scale.every(isNatural) !== false,
          layer.name,
          `takes the maximum of values that ${this.#pending?.name} scales by negative factors`,
        );
        stage!.pool *= layer.window;
        break;
      case 'flatten':
        if (!this.#values.flat) this.#flatten(layer.order);
    }
    this.#values = output;
  }

  end(): Folded {
    this.#require(!this.#pending, this.#pending?.name ?? '', `stands last, ${UNFOLDABLE}`);
    return { stages: this.#stages, ...this.#tones };
  }

  #require(holds: boolean, name: string, fault: string): void {
    if (!holds)
      throw new ImportError(
        `Layer ${name} ${fault}; a model can hold layers in the order convolution (or dense), normalisation, ReLU, max pooling only.`,
      );
  }

  #normalise(layer: ImportedNormalisation): void {
    const { name } = layer;
    const { scale, offset } = this.#inOrder(affineOf(layer));
    const before = this.#stages.at(-1);
    if (this.#pending) {
      const { pending } = { pending: this.#pending };
      pending.offset = pending.offset.map((value, index) => value * scale[index] + offset[index]);
      pending.scale = pending.scale.map((value, index) => value * scale[index]);
    } else if (!before && scale.length === 1) {
      this.#tones.ink = this.#tones.ink * scale[0] + offset[0];
      this.#tones.paper = this.#tones.paper * scale[0] + offset[0];
    } else if (before && takesBack(before, { scale, offset })) {
      scaleOutputs(before, { scale, offset });
    } else {
      this.#pending = { name, scale, offset };
    }
  }

  /** An affine of features in the order of the graph, in the order of the model. */
  #inOrder(affine: Affine): Affine {
    const order = this.#order;
    if (!order) return affine;
    const pick = (values: Float64Array) => Float64Array.from(order, (from) => values[from]);
    return { ...affine, scale: pick(affine.scale), offset: pick(affine.offset) };
  }

  #flatten(order: 'channels-first' | 'channels-last'): void {
    const { channels, height, width } = this.#values;
    const plane = height * width;
    const features = Array.from({ length: channels * plane }, (_, index) => index);
    if (order === 'channels-last')
      this.#order = features.map((index) => (index % plane) * channels + Math.floor(index / plane));
    if (this.#pending) {
      const spread = (values: Float64Array) =>
        Float64Array.from(features, (index) => values[Math.floor(index / plane)]);
      const { name, scale, offset } = this.#pending;
      this.#pending = { name, scale: spread(scale), offset: spread(offset) };
    }
  }

  #dense(layer: ImportedDense): Stage {
    const { name, weights, axes } = layer;
    const { O, I } = stridesOf(weights, axes);
    const out = weights.shape[axes.indexOf('O')];
    const features = this.#values.channels;
    const order = this.#order;
    this.#order = undefined;
    const data = Float64Array.from({ length: out * features }, (_, index) => {
      const [output, input] = [Math.floor(index / features), index % features];
      return weights.data[output * O + (order ? order[input] : input) * I];
    });
    return stageOf('dense', name, [out, features], data, layer.bias);
  }

  /** Adds a layer, and folds the pending normalisation into it. */
  #push(stage: Stage): void {
    if (this.#pending) absorb(stage, this.#pending);
    this.#pending = undefined;
    this.#stages.push(stage);
  }
}

const UNFOLDABLE = 'which cannot be folded into the layer before it because ReLU or pooling comes between';
const isNatural = (value: number) => value >= 0;

function affineOf({ name, gamma, beta, mean, variance, epsilon }: ImportedNormalisation): Affine {
  const scale = Float64Array.from(gamma, (factor, c) => factor / Math.sqrt(variance[c] + epsilon));
  return { name, scale, offset: Float64Array.from(beta, (value, c) => value - mean[c] * scale[c]) };
}

function convolution(layer: ImportedConvolution): Stage {
  const kernel = kernelOf(layer);
  const { O, I, H, W } = stridesOf(layer.weights, layer.axes);
  const shape = [kernel.out, kernel.in, kernel.height, kernel.width];
  const data = new Float64Array(layer.weights.data.length);
  let at = 0;
  for (let out = 0; out < kernel.out; out++)
    for (let channel = 0; channel < kernel.in; channel++)
      for (let y = 0; y < kernel.height; y++)
        for (let x = 0; x < kernel.width; x++)
          data[at++] = layer.weights.data[out * O + channel * I + y * H + x * W];
  return { ...stageOf('convolution', layer.name, shape, data, layer.bias), padding: layer.padding };
}

const stageOf = (
  type: Stage['type'],
  name: string,
  shape: number[],
  weights: Float64Array,
  bias: Float32Array | undefined,
): Stage => ({
  type,
  name,
  shape,
  weights,
  bias: Float64Array.from(bias ?? new Float32Array(shape[0])),
  padding: 'valid',
  relu: false,
  pool: 1,
});

/**
 * Whether a normalisation can be folded into the layer before it without changing what the network computes.
 */
function takesBack({ shape, relu, pool }: Stage, { scale, offset }: Omit<Affine, 'name'>): boolean {
  if (scale.length !== shape[0]) return false;
  if (!relu && pool === 1) return true;
  return scale.every(isNatural) && (!relu || offset.every((value) => value === 0));
}

function scaleOutputs({ shape, weights, bias }: Stage, { scale, offset }: Omit<Affine, 'name'>): void {
  const length = weights.length / shape[0];
  for (let index = 0; index < weights.length; index++) weights[index] *= scale[Math.floor(index / length)];
  for (let out = 0; out < bias.length; out++) bias[out] = bias[out] * scale[out] + offset[out];
}

/** Folds a normalisation of the inputs of a layer into its weights and bias. */
function absorb(stage: Stage, { name, scale, offset }: Affine): void {
  const [out, inputs, height = 1, width = 1] = stage.shape;
  const positions = height * width;
  if (stage.padding === 'same' && positions > 1 && offset.some((value) => value !== 0))
    throw new ImportError(
      `Layer ${name} adds offsets between ReLU or pooling and ${stage.name}, whose zero padding they would not reach; put it before the ReLU and export again.`,
    );
  for (let output = 0; output < out; output++)
    for (let input = 0; input < inputs; input++)
      for (let position = 0; position < positions; position++) {
        const index = (output * inputs + input) * positions + position;
        stage.bias[output] += stage.weights[index] * offset[input];
        stage.weights[index] *= scale[input];
      }
  stage.absorbed = name;
}
