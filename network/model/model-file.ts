import { decodeDescribed, encodeDescribed } from './described-file.js';
import { modelDescription, type Model } from './model.js';
import { layerShapes } from './shapes.js';

/**
 * Decodes and checks the bytes of a safetensors file.
 * Errors: `ModelError` for a model that is not sound; `SafetensorsError` for another file.
 */
export function decodeModel(bytes: Uint8Array): Model {
  const model: Model = decodeDescribed(bytes, 'few-shot-classification', modelDescription);
  layerShapes(model);
  return model;
}

/** Encodes a model as the bytes of a safetensors file. Errors: `ModelError` if the model is not sound. */
export function encodeModel(model: Model): Uint8Array {
  layerShapes(model);
  return encodeDescribed(model, modelDescription);
}
