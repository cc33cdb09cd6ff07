import { readdir, readFile, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { unzip } from 'fflate';
import { DataError } from '../../network/index.js';

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
 * paths. Other files of a zip are not unpacked. Errors: `DataError` if there is no such source, or its zip is
 * broken.
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
      return { path, name, read: () => readFile(name) };
    });
}

async function listZip(archive: string, takes: (path: string) => boolean): Promise<SourceFile[]> {
  const bytes = await readFile(archive);
  const contents = await new Promise<Record<string, Uint8Array>>((resolve, reject) => {
    unzip(bytes, { filter: ({ name }) => takes(name) }, (error, files) => {
      if (error) reject(new DataError(`${archive} is not a sound zip file (${error.message}).`));
      else resolve(files);
    });
  });
  return Object.entries(contents).map(([path, content]) => ({
    path,
    name: `${archive}:${path}`,
    read: async () => content,
  }));
}
