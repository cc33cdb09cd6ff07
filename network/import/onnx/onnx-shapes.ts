import { ImportError } from '../errors.js';
import type { GraphProto, NodeProto, TensorProto } from './onnx-proto.js';
import type { OnnxTensors } from './onnx-tensors.js';

/**
 * The whole numbers that a graph computes from shapes, as exporters do for `x.reshape(x.shape[0], -1)` with a
 * batch of any size; -1 stands for the batch.
 */
export class OnnxShapes {
  readonly #known = new Map<string, number[]>();
  /** Names that are being resolved. */
  readonly #asked = new Set<string>();
  readonly #graph: GraphProto;
  readonly #constants: ReadonlyMap<string, TensorProto>;
  readonly #tensors: OnnxTensors;

  constructor(graph: GraphProto, constants: ReadonlyMap<string, TensorProto>, tensors: OnnxTensors) {
    this.#graph = graph;
    this.#constants = constants;
    this.#tensors = tensors;
  }

  /** Notes the shape of values on the way to the output. Errors: `ImportError` if it is known already. */
  set(values: string, shape: number[]): void {
    if (this.#known.has(values)) throw new ImportError(`The graph runs in a circle through ${values}.`);
    this.#known.set(values, shape);
  }

  /** The numbers of this name. Errors: `ImportError` unless they follow from constants and shapes alone. */
  async resolve(name: string): Promise<number[]> {
    const constant = this.#constants.get(name);
    if (constant) return this.#tensors.integers(constant);
    const node = this.#graph.node.find(({ output }) => output.includes(name));
    if (!node) throw new ImportError(`The shape ${name} is not in the graph.`);
    if (this.#asked.has(name)) throw new ImportError(`The shape ${name} is computed from itself.`);
    this.#asked.add(name);
    return this.#compute(node).finally(() => this.#asked.delete(name));
  }

  async #compute(node: NodeProto): Promise<number[]> {
    const { opType, input, name } = node;
    switch (opType) {
      case 'Constant':
        return node.attribute.flatMap(({ i, ints }) => (ints.length > 0 ? ints : [i]));
      case 'Shape': {
        const shape = this.#known.get(input[0]);
        const [start, end] = ['start', 'end'].map(
          (wanted) => node.attribute.find(({ name }) => name === wanted)?.i,
        );
        if (shape) return shape.slice(start, end);
        break;
      }
      case 'Concat':
        return (await Promise.all(input.map((part) => this.resolve(part)))).flat();
      case 'Gather': {
        const [numbers, indices] = await Promise.all(input.map((part) => this.resolve(part)));
        return indices.map((index) => numbers.at(index)!);
      }
      case 'Slice': {
        const [numbers, [start], [end]] = await Promise.all(
          input.slice(0, 3).map((part) => this.resolve(part)),
        );
        return numbers.slice(start, end);
      }
      case 'Cast':
      case 'Identity':
      case 'Squeeze':
      case 'Unsqueeze':
        return this.resolve(input[0]);
    }
    throw new ImportError(
      `Node ${name} (${opType}) computes a shape in a way that is not understood; export with fixed shapes.`,
    );
  }
}
