import { ModelError } from './errors.js';
import type { Layer, Model, ModelDescription, Tensor } from './model.js';

/** Shape of an input or output of a layer; the output of a dense layer is [out, 1, 1]. */
export interface Shape {
  channels: number;
  height: number;
  width: number;
}

/** Sizes of a layer. */
export interface LayerShape {
  layer: Layer;
  input: Shape;
  /** After pooling; undefined for a head without stored weights, which takes any number of ways. */
  output?: Shape;
  /**
   * Length of one dot product: in x kernel height x kernel width for a convolution, features for a dense
   * layer.
   */
  rows: number;
  /** Outputs: filters or neurons; undefined as `output` is. */
  columns?: number;
  /** Kernel of a convolution; undefined for a dense layer. */
  kernel?: { height: number; width: number };
}

/** Number of values in a shape. */
export function sizeOf(shape: Shape): number {
  return shape.channels * shape.height * shape.width;
}

/**
 * Follows the image through the layers and checks that every tensor exists, is finite, and fits the layer
 * before it. Errors: `ModelError` that names the layer or tensor at fault.
 */
export function layerShapes(model: Model): LayerShape[] {
  const { description } = model;
  checkNames(description);
  const shapes: LayerShape[] = [];
  let input: Shape = description.input;
  for (const layer of description.layers) {
    const shape =
      layer.type === 'convolution' ? convolution(model, layer, input) : dense(model, layer, input);
    shapes.push(shape);
    if (shape.output) input = shape.output;
    else if (layer !== description.layers.at(-1))
      throw new ModelError(`Layer ${layer.name} has no weights; only the last layer may start without.`);
  }
  return shapes;
}

function checkNames({ layers, inner }: ModelDescription): void {
  const seen = new Set<string>();
  for (const { name } of layers) {
    if (seen.has(name)) throw new ModelError(`Two layers have the name ${name}.`);
    seen.add(name);
  }
  const head = layers.at(-1);
  if (head?.type !== 'dense' || head.name !== inner.layer)
    throw new ModelError(`The inner loop adapts ${inner.layer}, which must be the last layer and dense.`);
}

function convolution(model: Model, layer: Extract<Layer, { type: 'convolution' }>, input: Shape): LayerShape {
  const [out, channels, height, width] = tensor(model, layer, layer.weights, 4).shape;
  if (channels !== input.channels)
    throw new ModelError(
      `Layer ${layer.name} takes ${channels} channels, but ${input.channels} come to it (tensor ${layer.weights}).`,
    );
  checkConstants(model, layer, out);
  const same = layer.padding === 'same';
  if (same && (height % 2 === 0 || width % 2 === 0))
    throw new ModelError(`Layer ${layer.name}: padding "same" needs a kernel of odd height and width.`);
  const output = {
    channels: out,
    height: Math.floor((same ? input.height : input.height - height + 1) / layer.pool),
    width: Math.floor((same ? input.width : input.width - width + 1) / layer.pool),
  };
  if (output.height < 1 || output.width < 1)
    throw new ModelError(
      `Layer ${layer.name} leaves nothing of an input of ${input.height} x ${input.width}.`,
    );
  return {
    layer,
    input,
    output,
    rows: channels * height * width,
    columns: out,
    kernel: { height, width },
  };
}

function dense(model: Model, layer: Extract<Layer, { type: 'dense' }>, input: Shape): LayerShape {
  const rows = sizeOf(input);
  if (layer.weights === undefined) {
    for (const name of ['bias', 'mean'] as const)
      if (layer[name] !== undefined)
        throw new ModelError(`Layer ${layer.name} has a ${name} but no weights; leave the ${name} out.`);
    return { layer, input, rows };
  }
  const [out, features] = tensor(model, layer, layer.weights, 2).shape;
  if (features !== rows)
    throw new ModelError(
      `Layer ${layer.name} takes ${features} features, but ${rows} come to it (tensor ${layer.weights}).`,
    );
  checkConstants(model, layer, out);
  return { layer, input, output: { channels: out, height: 1, width: 1 }, rows, columns: out };
}

/** Checks that bias and mean have one value for each output. */
function checkConstants(model: Model, layer: Layer, out: number): void {
  for (const kind of ['bias', 'mean'] as const) {
    const name = layer[kind];
    if (name === undefined) continue;
    const [size] = tensor(model, layer, name, 1).shape;
    if (size !== out)
      throw new ModelError(
        `Layer ${layer.name} has ${out} outputs, but its ${kind} ${name} has ${size} values.`,
      );
  }
}

function tensor({ tensors }: Model, layer: Layer, name: string, rank: number): Tensor {
  const found = tensors.get(name);
  if (!found) throw new ModelError(`Layer ${layer.name} needs the tensor ${name}, which the file lacks.`);
  if (found.shape.length !== rank || found.shape.some((size) => size === 0))
    throw new ModelError(
      `Tensor ${name} has the shape [${found.shape}]; layer ${layer.name} needs rank ${rank}.`,
    );
  if (!found.data.every(Number.isFinite))
    throw new ModelError(`Tensor ${name} holds NaN or infinite weights; train the model again.`);
  return found;
}
