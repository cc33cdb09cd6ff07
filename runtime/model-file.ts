import { decodeDescribed, encodeDescribed, readFrom } from './described-file.js';
import { writeWhole } from './files.js';
import { modelDescription, type Model } from './model.js';
import { layerShapes } from './shapes.js';

/** Reads and checks a model; throws ModelError with one sentence that starts with the path. */
export function loadModel(path: string): Promise<Model> {
  return readFrom(path, decodeModel);
}

/** Checks and writes a model; the file appears whole or not at all. */
export async function saveModel(path: string, model: Model): Promise<void> {
  await writeWhole(path, encodeModel(model));
}

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
