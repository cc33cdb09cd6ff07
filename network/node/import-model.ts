import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve, sep } from 'node:path';
import { ImportError } from '../import/errors.js';
import { type ImportOptions, type ImportReport, importNetwork } from '../import/import.js';
import type { NetworkFiles } from '../import/network-files.js';
import type { Model } from '../model/model.js';
import { ModelError } from '../model/errors.js';
import { FileTooLargeError, readLimited } from './limited-file.js';
import { MAX_NETWORK_BYTES } from './limits.js';

/**
 * Converts a network that was trained elsewhere to a model: an ONNX file, or the folder or `model.json` of a
 * LayersModel of TensorFlow.js. It writes nothing. Errors: as `importNetwork`, with messages that start with
 * the path.
 */
export async function importModel(
  path: string,
  options: ImportOptions,
): Promise<{ model: Model; report: ImportReport }> {
  try {
    return await importNetwork(await filesOf(path), options);
  } catch (error) {
    if (error instanceof ImportError || error instanceof ModelError)
      throw new ImportError(`${path}: ${error.message}`);
    throw error;
  }
}

async function filesOf(path: string): Promise<NetworkFiles> {
  const file = (await isFolder(path)) ? join(path, 'model.json') : path;
  let room = MAX_NETWORK_BYTES;
  return {
    format: formatOf(file),
    file: basename(path),
    bytes: await read(file),
    name: nameOf(path),
    read: async (name) => {
      const sibling = join(dirname(file), name);
      const { size } = await checkInside(dirname(file), sibling);
      // Files are read at the same time, so each takes its room before it is read
      room -= size;
      if (room < 0) throw tooLarge();
      return read(sibling);
    },
  };
}

function formatOf(file: string): NetworkFiles['format'] {
  const kind = extname(file).toLowerCase();
  if (kind === '.onnx') return 'onnx';
  if (kind === '.json') return 'tensorflow.js';
  throw new ImportError(
    kind === '.safetensors'
      ? 'A safetensors file with the description of docs/model-format.md is a model already; flash it as it is.'
      : 'Supported are ONNX files (.onnx) and folders of TensorFlow.js (model.json).',
  );
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    throw new ImportError('There is no such file or folder.');
  }
}

async function read(file: string): Promise<Uint8Array> {
  try {
    return await readLimited(file, MAX_NETWORK_BYTES);
  } catch (error) {
    if (error instanceof FileTooLargeError) throw tooLarge();
    throw new ImportError(`${basename(file)} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

const tooLarge = () =>
  new ImportError(`The network has more than ${MAX_NETWORK_BYTES / 2 ** 20} MiB, the limit for an import.`);

/** Errors: `ImportError` unless the file is a regular one whose links do not lead out of the folder. */
async function checkInside(folder: string, file: string): Promise<{ size: number }> {
  const target = await realpath(file);
  const found = await stat(target);
  if (!found.isFile() || !target.startsWith(join(await realpath(folder), sep)))
    throw new ImportError(`${basename(file)} is no regular file in the network's folder; copy it there.`);
  return found;
}

/** Name of the file without its ending; for a `model.json`, that of its folder. */
function nameOf(path: string): string {
  const file = basename(resolve(path));
  return file === 'model.json' ? basename(dirname(resolve(path))) : file.replace(/\.onnx$/i, '');
}
