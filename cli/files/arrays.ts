import { decodeNpy, encodeNpy, type NpyArray, NpyError } from '../../data/index.js';
import { FileTooLargeError, MAX_NETWORK_BYTES, readLimited } from '../../network/node/index.js';
import type { OutputFile } from './output-file.js';

/**
 * Reads a .npy file and checks its type and shape. In `shape`, a name stands for any number. Errors:
 * `NpyError`.
 */
export async function readArray<T extends NpyArray['data']>(
  path: string,
  type: new (length: number) => T,
  shape: readonly (number | string)[],
): Promise<{ shape: number[]; data: T }> {
  let array: NpyArray;
  try {
    array = decodeNpy(await readLimited(path, MAX_NETWORK_BYTES));
  } catch (error) {
    if (error instanceof FileTooLargeError) throw new NpyError(error.message);
    const { code, message } = error as NodeJS.ErrnoException;
    throw new NpyError(code === 'ENOENT' ? `${path}: there is no such file.` : `${path}: ${message}`);
  }
  const { data } = array;
  const fits =
    array.shape.length === shape.length &&
    shape.every((extent, i) => typeof extent === 'string' || extent === array.shape[i]);
  if (!fits || !(data instanceof type)) {
    throw new NpyError(
      `${path} is ${typeName(data.constructor)} [${array.shape.join(', ')}], it must be ${typeName(type)} [${shape.join(', ')}].`,
    );
  }
  return { shape: array.shape, data };
}

/** NumPy's name of a typed array's numbers, such as float32. */
const typeName = ({ name }: { name: string }): string => name.replace('Array', '').toLowerCase();

/** Writes an array as a .npy file. */
export const writeArray = (file: OutputFile, array: NpyArray): Promise<void> =>
  file.write(() => encodeNpy(array));
