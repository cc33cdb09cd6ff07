import { FileTooLargeError, readLimited } from '../../../network/node/index.js';
import { decodePhoto, MAX_IMAGE_BYTES } from '../../../data/node/index.js';
import { DataError, type Drawing } from '../../../network/index.js';
import { percent, table } from '../../terminal/output.js';

/** One image, and the probability of each class. */
export interface Recognition {
  file: string;
  /** The most probable one. */
  class: string;
  probabilities: Record<string, number>;
}

/** Reads the user's own photos. Errors: `DataError` if one is missing or broken. */
export const readPhotos = (files: readonly string[]): Promise<Drawing[]> =>
  Promise.all(files.map(async (file) => decodePhoto(await readImage(file), file)));

/** The class of each file, from probabilities [classes] for each. */
export const recognise = (
  classes: readonly string[],
  files: readonly string[],
  probabilities: readonly Float32Array[],
): Recognition[] => files.map((file, index) => ({ file, ...mostProbable(classes, probabilities[index]) }));

/** A row for each file. */
export const recognitionTable = (files: readonly Recognition[]): string =>
  table([
    ['file', 'class', 'probability'],
    ...files.map(({ file, class: name, probabilities }) => [file, name, percent(probabilities[name])]),
  ]);

function mostProbable(classes: readonly string[], probabilities: Float32Array) {
  const best = probabilities.indexOf(Math.max(...probabilities));
  const byClass = Object.fromEntries(classes.map((name, label) => [name, probabilities[label]]));
  return { class: classes[best], probabilities: byClass };
}

async function readImage(file: string): Promise<Uint8Array> {
  try {
    return await readLimited(file, MAX_IMAGE_BYTES);
  } catch (error) {
    if (error instanceof FileTooLargeError) throw error;
    throw new DataError(`${file}: there is no such image to classify.`);
  }
}
