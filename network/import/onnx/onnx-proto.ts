import protobuf from 'protobufjs';
import { ImportError } from '../errors.js';

/**
 * The messages of ONNX that an import reads (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto);
 * protobuf skips all other fields.
 */
const DEFINITION = `
syntax = "proto3";
package onnx;

message AttributeProto {
  string name = 1;
  float f = 2;
  int64 i = 3;
  bytes s = 4;
  TensorProto t = 5;
  repeated float floats = 7;
  repeated int64 ints = 8;
  int32 type = 20;
}
message NodeProto {
  repeated string input = 1;
  repeated string output = 2;
  string name = 3;
  string op_type = 4;
  repeated AttributeProto attribute = 5;
  string domain = 7;
}
message StringStringEntryProto {
  string key = 1;
  string value = 2;
}
message TensorProto {
  repeated int64 dims = 1;
  int32 data_type = 2;
  repeated float float_data = 4;
  repeated int32 int32_data = 5;
  repeated int64 int64_data = 7;
  string name = 8;
  bytes raw_data = 9;
  repeated StringStringEntryProto external_data = 13;
  int32 data_location = 14;
}
message TensorShapeProto {
  message Dimension {
    int64 dim_value = 1;
    string dim_param = 2;
  }
  repeated Dimension dim = 1;
}
message TypeProto {
  message Tensor {
    int32 elem_type = 1;
    TensorShapeProto shape = 2;
  }
  Tensor tensor_type = 1;
}
message ValueInfoProto {
  string name = 1;
  TypeProto type = 2;
}
message GraphProto {
  repeated NodeProto node = 1;
  string name = 2;
  repeated TensorProto initializer = 5;
  repeated ValueInfoProto input = 11;
  repeated ValueInfoProto output = 12;
}
message OperatorSetIdProto {
  string domain = 1;
  int64 version = 2;
}
message ModelProto {
  int64 ir_version = 1;
  string producer_name = 2;
  string producer_version = 3;
  GraphProto graph = 7;
  repeated OperatorSetIdProto opset_import = 8;
}
`;

/** An attribute of a node. */
export interface AttributeProto {
  name: string;
  f: number;
  i: number;
  s: Uint8Array;
  t: TensorProto | null;
  floats: number[];
  ints: number[];
}

/** An operator of the graph. */
export interface NodeProto {
  input: string[];
  output: string[];
  name: string;
  opType: string;
  attribute: AttributeProto[];
  domain: string;
}

/** A constant. */
export interface TensorProto {
  dims: number[];
  dataType: number;
  floatData: number[];
  int32Data: number[];
  int64Data: number[];
  name: string;
  rawData: Uint8Array;
  externalData: { key: string; value: string }[];
  /** 1: the values are in another file. */
  dataLocation: number;
}

/** An input or output of the graph. */
export interface ValueInfoProto {
  name: string;
  type: { tensorType: { elemType: number; shape: { dim: { dimValue: number }[] } | null } | null } | null;
}

/** The graph of a network. */
export interface GraphProto {
  node: NodeProto[];
  name: string;
  initializer: TensorProto[];
  input: ValueInfoProto[];
  output: ValueInfoProto[];
}

/** A whole file. */
export interface ModelProto {
  irVersion: number;
  producerName: string;
  producerVersion: string;
  graph: GraphProto | null;
  opsetImport: { domain: string; version: number }[];
}

/** The message type of a whole file; also encodes, which the tests use. */
export const modelProto = protobuf.parse(DEFINITION).root.lookupType('onnx.ModelProto');

/** Decodes the bytes of an ONNX file. Errors: `ImportError` for other bytes. */
export function decodeOnnx(bytes: Uint8Array): ModelProto & { graph: GraphProto } {
  let model: ModelProto;
  try {
    const options = { longs: Number, arrays: true, defaults: true } as const;
    model = modelProto.toObject(modelProto.decode(bytes), options) as ModelProto;
  } catch {
    throw new ImportError('This is not an ONNX file, or it is truncated.');
  }
  const { graph } = model;
  if (!graph || graph.node.length === 0 || model.opsetImport.length === 0)
    throw new ImportError(
      'This is not an ONNX file: it holds no graph with nodes and no version of the operators.',
    );
  return { ...model, graph };
}
