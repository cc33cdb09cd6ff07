import { decodeDescribed, encodeDescribed } from './described-file.js';
import { modelDescription, type Model } from './model.js';
import { layerShapes } from './shapes.js';

/** The model in the bytes of a safetensors file, checked. */
export function decodeModel(bytes: Uint8Array): Model {
  const model: Model = decodeDescribed(bytes, 'few-shot-classification', modelDescription);
  layerShapes(model);
  return model;
}

/** The bytes of the safetensors file of a model; throws ModelError where the model is not sound. */
export function encodeModel(model: Model): Uint8Array {
  layerShapes(model);
  return encodeDescribed({ ...model, description: modelDescription.parse(model.description) });
}
