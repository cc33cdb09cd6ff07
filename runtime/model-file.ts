import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeWhole } from './files.js';
import { modelDescription, type Model } from './model.js';
import { readSafetensors, SafetensorsError, writeSafetensors } from './safetensors.js';
import { layerShapes, ModelError } from './shapes.js';

/** The key of the safetensors metadata that holds the description as JSON. */
export const METADATA_KEY = 'pcm-hil';

/** Reads and checks a model; throws ModelError with one sentence that starts with the path. */
export async function loadModel(path: string): Promise<Model> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ModelError(
      code === 'ENOENT' ? `${path}: there is no such model file.` : `${path}: ${message}.`,
    );
  }
  try {
    return decodeModel(bytes);
  } catch (error) {
    if (error instanceof ModelError || error instanceof SafetensorsError)
      throw new ModelError(`${path}: ${error.message}`);
    throw error;
  }
}

/** Checks and writes a model; the file appears whole or not at all. */
export async function saveModel(path: string, model: Model): Promise<void> {
  await writeWhole(path, encodeModel(model));
}

/** The model in the bytes of a safetensors file, checked. */
export function decodeModel(bytes: Uint8Array): Model {
  const { tensors, metadata } = readSafetensors(bytes);
  const text = metadata[METADATA_KEY];
  if (text === undefined)
    throw new ModelError(
      `The file has tensors but no description under "${METADATA_KEY}"; docs/model-format.md shows how to write it.`,
    );
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ModelError(`The description under "${METADATA_KEY}" is not JSON.`);
  }
  const parsed = modelDescription.safeParse(json);
  if (!parsed.success) throw new ModelError(`The description is malformed: ${firstIssue(parsed.error)}`);
  const model: Model = { description: parsed.data, tensors };
  layerShapes(model);
  return model;
}

/** The bytes of the safetensors file of a model; throws ModelError where the model is not sound. */
export function encodeModel(model: Model): Uint8Array {
  layerShapes(model);
  return writeSafetensors({
    tensors: model.tensors,
    metadata: { [METADATA_KEY]: JSON.stringify(modelDescription.parse(model.description)) },
  });
}

function firstIssue(error: z.ZodError): string {
  const { path, message } = error.issues[0];
  return `${path.join('.') || 'the whole'}: ${message}.`;
}
