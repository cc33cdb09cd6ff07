import { type Described, decodeDescribed, encodeDescribed } from '../model/described-file.js';
import type { Tensor } from '../model/model.js';
import { ModelError } from '../model/errors.js';
import { type ArmDescription, armDescription } from './description.js';
import { type ArmParameters, type ParameterName, parameterShapes } from './network.js';

/** The two spiking networks, meta-trained together. */
export interface ArmModel {
  description: ArmDescription;
  parameters: ArmParameters;
}

/**
 * Decodes the bytes of a safetensors file. Errors: `ModelError` if the description or a tensor is missing or
 * malformed, `SafetensorsError` for another file.
 */
export function decodeArmModel(bytes: Uint8Array): ArmModel {
  const { description, tensors } = decodeDescribed(bytes, 'arm', armDescription);
  const shapes = Object.entries(parameterShapes(description.network));
  const parameters = Object.fromEntries(
    shapes.map(([name, shape]) => [name, checkedTensor({ description, tensors }, name, shape)]),
  );
  return { description, parameters: parameters as ArmParameters };
}

/** Encodes a model as the bytes of a safetensors file. Errors: `ModelError` if its description is malformed. */
export function encodeArmModel({ description, parameters }: ArmModel): Uint8Array {
  const shapes = Object.entries(parameterShapes(description.network)) as [ParameterName, number[]][];
  const tensors = new Map(shapes.map(([name, shape]) => [name, { shape, data: parameters[name] }]));
  return encodeDescribed({ description, tensors }, armDescription);
}

function checkedTensor(
  { tensors }: Described<ArmDescription>,
  name: string,
  shape: number[],
): Tensor['data'] {
  const tensor = tensors.get(name);
  if (!tensor) throw new ModelError(`The tensor ${name} is missing.`);
  if (tensor.shape.join() !== shape.join())
    throw new ModelError(
      `Tensor ${name} has the shape [${tensor.shape}], but the network’s sizes ask for [${shape}].`,
    );
  if (!tensor.data.every(Number.isFinite))
    throw new ModelError(`Tensor ${name} holds values that are not finite.`);
  return tensor.data;
}
