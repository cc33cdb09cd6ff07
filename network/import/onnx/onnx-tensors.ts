import type { Tensor } from '../../model/model.js';
import { ImportError } from '../errors.js';
import type { NetworkFiles } from '../network-files.js';
import type { TensorProto } from './onnx-proto.js';
import { checkSibling } from '../sibling-name.js';

/** TensorProto.DataType: weights are read in float32, shapes in int32 and int64. */
const dataTypes = [
  'UNDEFINED',
  'FLOAT',
  'UINT8',
  'INT8',
  'UINT16',
  'INT16',
  'INT32',
  'INT64',
  'STRING',
  'BOOL',
  'FLOAT16',
  'DOUBLE',
  'UINT32',
  'UINT64',
  'COMPLEX64',
  'COMPLEX128',
  'BFLOAT16',
];
const [FLOAT, INT32, INT64] = [1, 6, 7];
const EXTERNAL = 1;

/** Reads the values of tensors, also from files beside the ONNX file. */
export class OnnxTensors {
  readonly #files = new Map<string, Promise<Uint8Array>>();

  readonly #read: NetworkFiles['read'];

  constructor(read: NetworkFiles['read']) {
    this.#read = read;
  }

  /** A float32 tensor. Errors: `ImportError` for another type, or values that do not fill its shape. */
  async floats(tensor: TensorProto): Promise<Tensor> {
    checkType(tensor, FLOAT);
    const { dims: shape } = tensor;
    const count = countOf(tensor);
    const bytes = await this.#bytes(tensor);
    if (bytes.length === 0 && tensor.floatData.length === count)
      return { shape, data: Float32Array.from(tensor.floatData) };
    checkLength(tensor, bytes, 4 * count);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return {
      shape,
      data: Float32Array.from({ length: count }, (_, index) => view.getFloat32(4 * index, true)),
    };
  }

  /** The whole numbers of an int32 or int64 tensor. Errors: as `floats`. */
  async integers(tensor: TensorProto): Promise<number[]> {
    const { dataType, int32Data, int64Data } = tensor;
    const narrow = dataType === INT32;
    if (!narrow) checkType(tensor, INT64);
    const count = countOf(tensor);
    const bytes = await this.#bytes(tensor);
    const listed = narrow ? int32Data : int64Data;
    if (bytes.length === 0 && listed.length === count) return listed;
    checkLength(tensor, bytes, (narrow ? 4 : 8) * count);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Array.from({ length: count }, (_, index) =>
      narrow ? view.getInt32(4 * index, true) : Number(view.getBigInt64(8 * index, true)),
    );
  }

  async #bytes({ name, rawData, externalData, dataLocation }: TensorProto): Promise<Uint8Array> {
    if (dataLocation !== EXTERNAL) return rawData;
    const entries = Object.fromEntries(externalData.map(({ key, value }) => [key, value]));
    const location = entries.location ?? '';
    const file = await this.#file(location, name);
    const offset = Number(entries.offset ?? 0);
    const length = Number(entries.length ?? file.length - offset);
    if (!(offset >= 0 && length >= 0 && offset + length <= file.length))
      throw new ImportError(
        `Tensor ${name} ends at byte ${offset + length} of ${location}, which has ${file.length}; the file is truncated.`,
      );
    return file.subarray(offset, offset + length);
  }

  #file(location: string, tensor: string): Promise<Uint8Array> {
    checkSibling(location, `tensor ${tensor}`);
    let file = this.#files.get(location);
    if (!file) this.#files.set(location, (file = this.#read(location)));
    return file.catch((error: unknown) => {
      if (error instanceof ImportError) throw error;
      throw new ImportError(
        `The values of tensor ${tensor} stand in ${location}, which cannot be read; put that file beside the ONNX file.`,
      );
    });
  }
}

/** Number of values. */
function countOf({ name, dims }: TensorProto): number {
  if (dims.some((size) => size < 0))
    throw new ImportError(`Tensor ${name} has the shape [${dims}], which cannot be.`);
  return dims.reduce((product, size) => product * size, 1);
}

function checkType({ name, dataType }: TensorProto, wanted: number): void {
  if (dataType !== wanted)
    throw new ImportError(
      `Tensor ${name} has the type ${dataTypes[dataType] ?? dataType}, not ${dataTypes[wanted]}; export the network in float32, not quantised.`,
    );
}

function checkLength({ name, dims }: TensorProto, bytes: Uint8Array, expected: number): void {
  if (bytes.length !== expected)
    throw new ImportError(
      `Tensor ${name} has the shape [${dims}], ${expected} bytes, but the file gives it ${bytes.length} bytes.`,
    );
}
