import type { Tensor } from '../../model/model.js';
import { ImportError } from '../errors.js';
import type { NetworkFiles } from '../network-files.js';
import {
  type FeatureOrder,
  type ImportedGraph,
  type ImportedLayer,
  type Values,
  outputOf,
} from '../graph.js';
import { type OnnxNode, addBias, converters, integer, integers } from './onnx-layers.js';
import { type GraphProto, type NodeProto, type TensorProto, decodeOnnx } from './onnx-proto.js';
import { OnnxShapes } from './onnx-shapes.js';
import { OnnxTensors } from './onnx-tensors.js';

const supported = [
  ...Object.keys(converters),
  'Add (of a bias)',
  'Flatten, Reshape and Transpose (on the way to features)',
  'Constant',
  'a Softmax at the end',
];

/**
 * Reads an ONNX file that is a plain chain of layers. Errors: `ImportError` that names the node and what is
 * supported.
 */
export function readOnnx({ bytes, read }: NetworkFiles): Promise<ImportedGraph> {
  return new OnnxReader(decodeOnnx(bytes).graph, new OnnxTensors(read)).read();
}

/** Follows the values from the input of a graph to its output, node by node. */
class OnnxReader {
  readonly #constants = new Map<string, TensorProto>();
  readonly #shapes: OnnxShapes;
  readonly #layers: ImportedLayer[] = [];
  readonly #ignored: string[] = [];
  /** Name, shape and order of the axes of the values reached so far. */
  #current = '';
  #values: Values = { channels: 0, height: 0, width: 0, flat: false };
  #layout: FeatureOrder = 'channels-first';

  readonly #graph: GraphProto;
  readonly #tensors: OnnxTensors;

  constructor(graph: GraphProto, tensors: OnnxTensors) {
    this.#graph = graph;
    this.#tensors = tensors;
    for (const tensor of graph.initializer) this.#constants.set(tensor.name, tensor);
    for (const { opType, output, attribute } of graph.node) {
      const value = opType === 'Constant' && attribute.find(({ name }) => name === 'value')?.t;
      if (value) this.#constants.set(output[0], { ...value, name: output[0] });
    }
    this.#shapes = new OnnxShapes(graph, this.#constants, tensors);
  }

  async read(): Promise<ImportedGraph> {
    const input = this.#readInput();
    for (let node = this.#next(); node; node = this.#next()) {
      await this.#add(node);
      this.#current = node.output[0];
    }
    return { format: 'onnx', input, layers: this.#layers, ignored: this.#ignored };
  }

  #readInput() {
    const inputs = this.#graph.input.filter(({ name }) => !this.#constants.has(name));
    if (inputs.length !== 1)
      throw new ImportError(
        `The graph has ${inputs.length} inputs (${inputs.map(({ name }) => name).join(', ')}); a model takes one image.`,
      );
    const [{ name, type }] = inputs;
    const axes = type?.tensorType?.shape?.dim.map(({ dimValue }) => dimValue) ?? [];
    const [, ...extent] = axes;
    if (axes.length !== 4 || extent.some((size) => size < 1))
      throw new ImportError(
        `The input ${name} has the shape [${axes.map((size) => size || '?').join(', ')}]; export with a fixed shape of [batch, channels, height, width].`,
      );
    // Images here have one channel: it is the last axis as TensorFlow writes it, otherwise the first
    this.#layout = extent[2] === 1 && extent[0] !== 1 ? 'channels-last' : 'channels-first';
    const [channels, height, width] =
      this.#layout === 'channels-first' ? extent : [extent[2], extent[0], extent[1]];
    this.#current = name;
    this.#values = { channels, height, width, flat: false };
    return { channels, height, width };
  }

  /** The node that takes the present values; undefined at the output. */
  #next(): NodeProto | undefined {
    this.#shapes.set(this.#current, this.#axes());
    const nodes = this.#graph.node.filter(
      ({ input, opType }) => input.includes(this.#current) && opType !== 'Shape',
    );
    const isOutput = this.#graph.output.some(({ name }) => name === this.#current);
    if (nodes.length + Number(isOutput) > 1 || (isOutput && this.#graph.output.length > 1))
      throw new ImportError(
        `The values ${this.#current} go to ${[...nodes.map(({ name, opType }) => `${opType} ${name}`.trim()), ...(isOutput ? ['an output'] : [])].join(' and ')}; a model is a plain chain of layers with one output.`,
      );
    if (nodes.length === 0 && !isOutput)
      throw new ImportError(`The graph breaks off at ${this.#current}, which is no output; export it again.`);
    return nodes[0];
  }

  async #add(proto: NodeProto): Promise<void> {
    const { opType, domain } = proto;
    const name = proto.name || `${opType}_${this.#graph.node.indexOf(proto)}`;
    const node: OnnxNode = {
      name,
      proto,
      values: this.#values,
      layout: this.#layout,
      constant: (input) => this.#constant(node, input),
    };
    if (domain !== '' && domain !== 'ai.onnx') this.#refuse(node, `of the domain ${domain}`);
    if (opType === 'Add') await this.#addBias(node);
    else if (opType === 'Transpose') this.#transpose(node);
    else if (opType === 'Flatten') this.#flatten(node);
    else if (opType === 'Reshape') await this.#reshape(node);
    else if (opType === 'Softmax' || opType === 'LogSoftmax') this.#softmax(node);
    else {
      const convert = Object.hasOwn(converters, opType) ? converters[opType] : undefined;
      if (!convert) return this.#refuse(node);
      if (proto.input[0] !== this.#current)
        throw new ImportError(`Node ${name} (${opType}) takes ${this.#current} as its weights.`);
      this.#append(await convert(node), name);
    }
  }

  #refuse({ name, proto }: OnnxNode, why = ''): never {
    const operator = [proto.opType, why].filter(Boolean).join(' ');
    throw new ImportError(
      `Node ${name} has the operator ${operator}, which a model cannot hold; supported are ${supported.join(', ')}.`,
    );
  }

  #append(layer: ImportedLayer | undefined, name: string): void {
    if (!layer) return void this.#ignored.push(name);
    this.#values = outputOf(layer, this.#values);
    this.#layers.push(layer);
  }

  async #constant({ name, proto }: OnnxNode, input: number): Promise<Tensor | undefined> {
    const wanted = proto.input[input];
    if (!wanted) return undefined;
    const tensor = this.#constants.get(wanted);
    if (!tensor)
      throw new ImportError(
        `Node ${name} (${proto.opType}) takes ${wanted}, which is computed; export with constant folding, so that weights are constants.`,
      );
    return this.#tensors.floats(tensor);
  }

  async #addBias(node: OnnxNode): Promise<void> {
    const constant = await node.constant(node.proto.input[0] === this.#current ? 1 : 0);
    const last = this.#layers.pop();
    if (!last || !constant) return this.#refuse(node);
    this.#layers.push(addBias(last, constant));
  }

  #transpose(node: OnnxNode): void {
    const order = integers(node, 'perm').join(' ');
    const [from, to] =
      this.#layout === 'channels-first' ? ['0 2 3 1', 'channels-last'] : ['0 3 1 2', 'channels-first'];
    if (order !== from || this.#values.flat) this.#refuse(node, `with perm [${order}]`);
    this.#layout = to as FeatureOrder;
    this.#ignored.push(node.name);
  }

  #flatten(node: OnnxNode): void {
    if (integer(node, 'axis', 1) !== 1) this.#refuse(node, `with axis ${integer(node, 'axis', 1)}`);
    this.#append({ type: 'flatten', name: node.name, order: this.#layout }, node.name);
  }

  /** A reshape may flatten, change nothing, or move the axis of a single channel. */
  async #reshape(node: OnnxNode): Promise<void> {
    const from = this.#axes();
    const shape = await this.#shapes.resolve(node.proto.input[1]);
    const [, ...target] = shape.map((size, axis) => (size === 0 ? from[axis] : size));
    const { channels, height, width } = this.#values;
    const is = (...wanted: number[]) =>
      target.length === wanted.length &&
      wanted.every((size, axis) => target[axis] === size || target[axis] === -1);
    if (is(channels * height * width))
      return this.#append({ type: 'flatten', name: node.name, order: this.#layout }, node.name);
    if (!this.#values.flat && channels === 1 && is(1, height, width)) this.#layout = 'channels-first';
    else if (!this.#values.flat && channels === 1 && is(height, width, 1)) this.#layout = 'channels-last';
    else if (!is(...from.slice(1))) this.#refuse(node, `to [${shape.join(', ')}]`);
    this.#ignored.push(node.name);
  }

  /** The runtime computes the softmax of the logits itself. */
  #softmax(node: OnnxNode): void {
    const isLast = this.#graph.output.some(({ name }) => name === node.proto.output[0]);
    if (!isLast || !this.#values.flat) this.#refuse(node, 'before the end');
    this.#ignored.push(node.name);
  }

  /** The axes of the values as the graph orders them; -1 for the batch. */
  #axes(): number[] {
    const { channels, height, width, flat } = this.#values;
    if (flat) return [-1, channels];
    return this.#layout === 'channels-first' ? [-1, channels, height, width] : [-1, height, width, channels];
  }
}
