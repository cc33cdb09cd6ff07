import { modelProto } from '../../../network/import/onnx/onnx-proto.js';
import type { Tensor } from '../../../network/model/model.js';

/**
 * A node in few words; numbers and lists of them become integer attributes, `epsilon` and the like are given
 * as { f }.
 */
export interface NodeSpec {
  op: string;
  inputs: string[];
  output: string;
  /** Outputs behind the first. */
  further?: string[];
  name?: string;
  domain?: string;
  attributes?: Record<string, number | number[] | string | { f: number }>;
}

export interface GraphSpec {
  /** Extent of the input `x`; 0 for an axis that is not fixed. */
  input: number[];
  nodes: NodeSpec[];
  floats?: Record<string, Tensor>;
  integers?: Record<string, number[]>;
  /** Outputs other than the last node's. */
  outputs?: string[];
}

const types = { FLOAT: 1, INT: 2, STRING: 3, INTS: 7 };

/** An ONNX file with the input `x`, as an exporter writes it: floats as raw bytes, integers as varints. */
export function onnxFile(spec: GraphSpec): Uint8Array {
  return modelProto.encode(modelProto.fromObject(onnxModel(spec))).finish();
}

/** The same as an object, to be damaged before it is encoded. */
export function onnxModel({ input, nodes, floats = {}, integers = {}, outputs }: GraphSpec) {
  const value = (name: string, dims?: number[]) => ({
    name,
    type: { tensorType: { elemType: 1, ...(dims && { shape: { dim: dims.map(dimension) } }) } },
  });
  const initializer: Record<string, unknown>[] = [
    ...Object.entries(floats).map(([name, { shape, data }]) => ({
      name,
      dims: shape,
      dataType: 1,
      rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    })),
    ...Object.entries(integers).map(([name, int64Data]) => ({
      name,
      dims: [int64Data.length],
      dataType: 7,
      int64Data,
    })),
  ];
  return {
    irVersion: 9,
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'graph',
      input: [value('x', input)],
      output: (outputs ?? [nodes.at(-1)!.output]).map((name) => value(name)),
      initializer,
      node: nodes.map(({ op, inputs, output, further = [], name = '', domain = '', attributes = {} }) => ({
        opType: op,
        input: inputs,
        output: [output, ...further],
        name,
        domain,
        attribute: Object.entries(attributes).map(([key, given]) => ({ name: key, ...attribute(given) })),
      })),
    },
  };
}

const dimension = (size: number) => (size === 0 ? { dimParam: 'n' } : { dimValue: size });

function attribute(value: number | number[] | string | { f: number }) {
  if (typeof value === 'number') return { type: types.INT, i: value };
  if (typeof value === 'string') return { type: types.STRING, s: new TextEncoder().encode(value) };
  if (Array.isArray(value)) return { type: types.INTS, ints: value };
  return { type: types.FLOAT, f: value.f };
}
