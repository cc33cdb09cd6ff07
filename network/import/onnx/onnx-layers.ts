import type { Tensor } from '../../model/model.js';
import { ImportError } from '../errors.js';
import type { FeatureOrder, ImportedDense, ImportedLayer, Values } from '../graph.js';
import { paddingOf, requireAll, requireWhole, samePadding, windowOf } from '../limits.js';
import type { NodeProto } from './onnx-proto.js';

/** A node, and the context that its conversion needs. */
export interface OnnxNode {
  name: string;
  proto: NodeProto;
  /** Shape of its input, and the order of the axes after the batch. */
  values: Values;
  layout: FeatureOrder;
  /** The float32 constant at this input; undefined if the node has no such input. */
  constant(input: number): Promise<Tensor | undefined>;
}

/** Converts one node; undefined for a node that computes nothing. */
type Converter = (node: OnnxNode) => Promise<ImportedLayer | undefined> | ImportedLayer | undefined;

/** The operators that become a layer of their own. */
export const converters: Record<string, Converter> = {
  Conv: convolution,
  BatchNormalization: normalisation,
  Relu: ({ name }) => ({ type: 'relu', name }),
  MaxPool: pooling,
  Gemm: gemm,
  MatMul: matMul,
  Identity: () => undefined,
  Dropout: () => undefined,
};

async function convolution(node: OnnxNode): Promise<ImportedLayer> {
  const { name } = node;
  requireChannelsFirst(node);
  const weights = await required(node, 1);
  const kernel = weights.shape.slice(2);
  requireAll(name, 'group', [integer(node, 'group', 1)], 1);
  requireAll(name, 'strides', integers(node, 'strides'), 1);
  requireAll(name, 'dilations', integers(node, 'dilations'), 1);
  const autoPad = text(node, 'auto_pad', 'NOTSET');
  const padding = autoPad.startsWith('SAME')
    ? samePadding(name, kernel)
    : paddingOf(name, kernel, autoPad === 'VALID' ? [] : integers(node, 'pads'));
  const bias = await node.constant(2);
  return { type: 'convolution', name, weights, axes: 'OIHW', bias: bias?.data, padding };
}

async function normalisation(node: OnnxNode): Promise<ImportedLayer> {
  requireChannelsFirst(node);
  requireAll(node.name, 'training_mode', [integer(node, 'training_mode', 0)], 0);
  // Before version 14 of the operator it is its further outputs, the statistics of the batch, that tell
  const outputs = node.proto.output.filter((name) => name !== '').length;
  if (outputs > 1)
    throw new ImportError(
      `Layer ${node.name} gives the statistics of its batch (${outputs} outputs), so it normalises by them as in training; export the network for inference.`,
    );
  const epsilon = attribute(node, 'epsilon')?.f ?? 1e-5;
  const [gamma, beta, mean, variance] = await Promise.all([1, 2, 3, 4].map((input) => required(node, input)));
  return {
    type: 'normalisation',
    name: node.name,
    gamma: gamma.data,
    beta: beta.data,
    mean: mean.data,
    variance: variance.data,
    epsilon,
  };
}

function pooling(node: OnnxNode): ImportedLayer {
  const { name, values } = node;
  requireChannelsFirst(node);
  const kernel = integers(node, 'kernel_shape');
  const strides = integers(node, 'strides');
  requireAll(name, 'dilations', integers(node, 'dilations'), 1);
  const window = windowOf(name, kernel, strides.length > 0 ? strides : kernel.map(() => 1));
  const autoPad = text(node, 'auto_pad', 'NOTSET');
  if (autoPad === 'NOTSET') requireAll(name, 'pads', integers(node, 'pads'), 0);
  if (autoPad.startsWith('SAME')) requireWhole(name, `auto_pad ${autoPad}`, window, values);
  if (integer(node, 'ceil_mode', 0) !== 0) requireWhole(name, 'ceil_mode 1', window, values);
  return { type: 'pooling', name, window };
}

async function gemm(node: OnnxNode): Promise<ImportedLayer> {
  requireAll(node.name, 'alpha', [attribute(node, 'alpha')?.f ?? 1], 1);
  requireAll(node.name, 'beta', [attribute(node, 'beta')?.f ?? 1], 1);
  requireAll(node.name, 'transA', [integer(node, 'transA', 0)], 0);
  const weights = await required(node, 1);
  const axes = integer(node, 'transB', 0) === 0 ? 'IO' : 'OI';
  const layer: ImportedDense = { type: 'dense', name: node.name, weights, axes };
  const bias = await node.constant(2);
  return bias ? addBias(layer, bias) : layer;
}

async function matMul(node: OnnxNode): Promise<ImportedLayer> {
  return { type: 'dense', name: node.name, weights: await required(node, 1), axes: 'IO' };
}

/** The layer with a constant added to its outputs. Errors: `ImportError` if the constant is not a bias. */
export function addBias<L extends ImportedLayer>(layer: L, { shape, data }: Tensor): L {
  if ((layer.type !== 'dense' && layer.type !== 'convolution') || layer.bias)
    throw new ImportError(
      `A constant is added behind ${layer.name}; a model can only add one bias right behind a convolution or dense layer.`,
    );
  const out = layer.weights.shape[layer.axes.indexOf('O')];
  const axis = layer.type === 'dense' ? -1 : -3;
  const fits = shape.every((size, at) => size === (at - shape.length === axis ? out : 1));
  if (!fits || data.length !== out)
    throw new ImportError(
      `A constant of shape [${shape.join(', ')}] is added behind ${layer.name}, which has ${out} outputs; a bias has one value for each.`,
    );
  return { ...layer, bias: data };
}

/** Operators of ONNX work on [batch, channels, height, width]. */
function requireChannelsFirst({ name, values, layout }: OnnxNode): void {
  if (!values.flat && layout === 'channels-last')
    throw new ImportError(
      `Node ${name} comes to values in the order [batch, height, width, channels]; it needs a Transpose before it.`,
    );
}

async function required(node: OnnxNode, input: number): Promise<Tensor> {
  const tensor = await node.constant(input);
  if (!tensor) throw new ImportError(`Node ${node.name} (${node.proto.opType}) lacks its input ${input}.`);
  return tensor;
}

const attribute = ({ proto }: OnnxNode, name: string) =>
  proto.attribute.find((candidate) => candidate.name === name);

/** A whole number among the attributes. */
export const integer = (node: OnnxNode, name: string, otherwise: number): number =>
  attribute(node, name)?.i ?? otherwise;

/** A list of whole numbers among the attributes; empty if it is missing. */
export const integers = (node: OnnxNode, name: string): number[] => attribute(node, name)?.ints ?? [];

const text = (node: OnnxNode, name: string, otherwise: string): string => {
  const found = attribute(node, name);
  return found ? new TextDecoder().decode(found.s) : otherwise;
};
