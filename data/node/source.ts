import { readdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { type UnzipFileInfo, unzip } from 'fflate';
import { DataError } from '../../network/index.js';
import { FileTooLargeError, readLimited } from '../../network/node/index.js';
import { MAX_IMAGE_BYTES, MAX_ZIP_BYTES } from './limits.js';

/** A file of a folder or zip. */
export interface SourceFile {
  /** Path inside the source, with forward slashes. */
  path: string;
  /** Its name in errors. */
  name: string;
  /** Reads all of it. */
  read(): Promise<Uint8Array>;
}

/** Whether a path is that of a PNG or JPEG image, by its ending. */
export const isImage = (path: string): boolean => /\.(png|jpe?g)$/i.test(path);

/**
 * Lists the files of a folder (with its subfolders) or a zip that `takes` accepts, in the order of their
 * paths. Other files of a zip are not unpacked, and symbolic links in a folder are not followed. Errors: `DataError` if there is no such source, or its zip is
 * broken or too large.
 */
export async function listFiles(source: string, takes: (path: string) => boolean): Promise<SourceFile[]> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(source)).isDirectory();
  } catch {
    throw new DataError(`${source}: there is no such folder or zip file.`);
  }
  const files = isFolder ? await listFolder(source) : await listZip(source, takes);
  return files.filter(({ path }) => takes(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function listFolder(folder: string): Promise<SourceFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const name = join(entry.parentPath, entry.name);
      const path = name.slice(join(folder, sep).length).split(sep).join('/');
      return { path, name, read: () => readSource(name, MAX_IMAGE_BYTES) };
    });
}

async function listZip(archive: string, takes: (path: string) => boolean): Promise<SourceFile[]> {
  const bytes = await readSource(archive, MAX_ZIP_BYTES);
  const checked = zipChecker(archive, bytes.length);
  const contents = await new Promise<Record<string, Uint8Array>>((resolve, reject) => {
    // An error of the filter is thrown, which rejects as well
    unzip(bytes, { filter: (entry) => checked(entry, takes(entry.name)) }, (error, files) => {
      if (error instanceof DataError) reject(error);
      else if (error) reject(new DataError(`${archive} is not a sound zip file (${error.message}).`));
      else resolve(files);
    });
  });
  return Object.entries(contents).map(([path, content]) => ({
    path,
    name: `${archive}:${path}`,
    read: async () => content,
  }));
}

/**
 * Makes a filter of the entries of a zip by its central directory. Nothing is unpacked beyond the size that it
 * declares. Errors of the filter: `DataError` if entries overlap or repeat, or are too large in sum.
 */
function zipChecker(
  archive: string,
  archiveBytes: number,
): (entry: UnzipFileInfo, isTaken: boolean) => boolean {
  const names = new Set<string>();
  let packed = 0;
  let unpacked = 0;
  return ({ name, size, originalSize }, isTaken) => {
    packed += size;
    if (names.has(name) || packed > archiveBytes)
      throw new DataError(`${archive} is not a sound zip file (its entries overlap or repeat).`);
    names.add(name);
    if (isTaken) unpacked += originalSize;
    if (unpacked > MAX_ZIP_BYTES)
      throw new DataError(
        `${archive} holds more than ${MAX_ZIP_BYTES / 2 ** 20} MiB of images; unpack it and name the folder.`,
      );
    return isTaken;
  };
}

async function readSource(path: string, maxBytes: number): Promise<Uint8Array> {
  try {
    return await readLimited(path, maxBytes);
  } catch (error) {
    throw error instanceof FileTooLargeError ? new DataError(error.message) : error;
  }
}
