import { basename } from 'node:path';
import { type ImageKind, type OnDecoded, decodeAll } from './decoded-cache.js';
import { DataError, type DrawingClass } from '../../network/index.js';
import { listImages, type SourceFile } from './source.js';

/**
 * Reads folders and zips in Omniglot's layout (.../ALPHABET/characterNN/*.png), restricted to `alphabets` where given.
 * Sources are merged; a drawing that appears in several of them counts once. Classes come in the order of their names.
 * What was decoded once is found again (`decodeAll`). Throws DataError where a source, alphabet or image is missing or broken.
 */
export async function loadOmniglot(
  sources: string[],
  alphabets?: readonly string[],
  onDecoded?: OnDecoded,
): Promise<DrawingClass[]> {
  const files = new Map<string, SourceFile>();
  const available = new Set<string>();
  for (const source of sources) {
    for (const file of await listImages(source)) {
      // A source may itself be the folder of one alphabet
      const parts = [basename(source), ...file.path.split('/')].slice(-3);
      if (parts.length < 3) continue;
      available.add(parts[0]);
      if (!alphabets || alphabets.includes(parts[0]))
        files.set(parts.join('/'), files.get(parts.join('/')) ?? file);
    }
  }
  for (const alphabet of alphabets ?? [])
    if (!available.has(alphabet))
      throw new DataError(
        `The alphabet ${alphabet} is not in ${sources.join(', ')}; there are ${[...available].sort().join(', ')}.`,
      );
  if (files.size === 0)
    throw new DataError(`${sources.join(', ')}: no images in the layout ALPHABET/characterNN/*.png.`);
  const classOf = (key: string) => {
    const [alphabet, character] = key.split('/');
    return { name: `${alphabet}/${character}`, alphabet };
  };
  return readClasses(files, classOf, 'drawing', onDecoded);
}

/** Reads a folder or zip with one subfolder for each class of a person's own photos or scans. */
export async function loadClasses(source: string, onDecoded?: OnDecoded): Promise<DrawingClass[]> {
  const files = new Map<string, SourceFile>();
  for (const file of await listImages(source)) if (file.path.includes('/')) files.set(file.path, file);
  if (files.size === 0)
    throw new DataError(`${source} holds no subfolders of images; make one folder a class.`);
  const classOf = (key: string) => ({ name: key.split('/').slice(0, -1).join('/') });
  return readClasses(files, classOf, 'photo', onDecoded);
}

async function readClasses(
  files: Map<string, SourceFile>,
  classOf: (key: string) => { name: string; alphabet?: string },
  kind: ImageKind,
  onDecoded?: OnDecoded,
): Promise<DrawingClass[]> {
  const keys = [...files.keys()].sort();
  const images = [];
  for (const key of keys) {
    const { name, read } = files.get(key)!;
    images.push({ name, bytes: await read() });
  }
  const drawings = await decodeAll(images, kind, onDecoded);
  const classes = new Map<string, DrawingClass>();
  for (const [index, key] of keys.entries()) {
    const { name, alphabet } = classOf(key);
    let found = classes.get(name);
    if (!found) classes.set(name, (found = { name, ...(alphabet && { alphabet }), drawings: [], files: [] }));
    found.drawings.push(drawings[index]);
    found.files.push(images[index].name);
  }
  return [...classes.values()];
}
