import { fileURLToPath } from 'node:url';
import { type ArmModel, decodeArmModel, encodeArmModel } from '../arm/model.js';
import { decodeModel, encodeModel } from '../model/model-file.js';
import type { Model } from '../model/model.js';
import { SafetensorsError } from '../model/safetensors.js';
import { ModelError } from '../model/errors.js';
import { FileTooLargeError, readLimited } from './limited-file.js';
import { MAX_NETWORK_BYTES } from './limits.js';
import { writeWhole } from './whole-file.js';

const bundled = (name: string): string =>
  fileURLToPath(new URL(`../../../models/${name}.safetensors`, import.meta.url));

/** Paths of the meta-trained models in the package. */
export const bundledModels = { omniglot: bundled('omniglot'), arm: bundled('arm') } as const;

/** Reads and checks a model. Errors: `ModelError` with one sentence that starts with the path. */
export const loadModel = (path: string): Promise<Model> => readFrom(path, decodeModel);

/**
 * Checks and writes a model; the file appears whole or not at all. Errors: `ModelError` if the model is not
 * sound.
 */
export async function saveModel(path: string, model: Model): Promise<void> {
  await writeWhole(path, encodeModel(model));
}

/** Reads and checks a model of the arm. Errors: `ModelError` with one sentence that starts with the path. */
export const loadArmModel = (path: string): Promise<ArmModel> => readFrom(path, decodeArmModel);

/** Writes a model of the arm; the file appears whole or not at all. Errors: those of the file system. */
export async function saveArmModel(path: string, model: ArmModel): Promise<void> {
  await writeWhole(path, encodeArmModel(model));
}

/** Decodes the file at `path`. Errors: `ModelError` with one sentence that starts with the path. */
export async function readFrom<T>(path: string, decode: (bytes: Uint8Array) => T): Promise<T> {
  let bytes: Uint8Array;
  try {
    bytes = await readLimited(path, MAX_NETWORK_BYTES);
  } catch (error) {
    if (error instanceof FileTooLargeError) throw new ModelError(error.message);
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ModelError(
      code === 'ENOENT' ? `${path}: there is no such model file.` : `${path}: ${message}.`,
    );
  }
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof ModelError || error instanceof SafetensorsError)
      throw new ModelError(`${path}: ${error.message}`);
    throw error;
  }
}
