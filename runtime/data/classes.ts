import { basename } from 'node:path';
import { type ImageKind, type OnDecoded, decodeAll } from './decoded.js';
import { type Drawing, mirror, rotate } from './drawing.js';
import { DataError } from './errors.js';
import { listImages, type SourceFile } from './source.js';

/** Drawings of one thing: a character of an alphabet, or a folder of the user's own. */
export interface DrawingClass {
  name: string;
  /** The alphabet it belongs to; undefined for a user's own class. */
  alphabet?: string;
  drawings: Drawing[];
  /** The file of each drawing. */
  files: string[];
}

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

/** Each class four times: as drawn and turned by 90, 180 and 270 degrees, as classes of their own. */
export function withRotations(classes: DrawingClass[]): DrawingClass[] {
  return [0, 1, 2, 3].flatMap((quarters) =>
    classes.map((original) => ({
      ...original,
      name: quarters === 0 ? original.name : `${original.name} turned by ${quarters * 90}°`,
      drawings: original.drawings.map((drawing) => rotate(drawing, quarters)),
    })),
  );
}

/** Each class twice: as drawn, and mirrored as a class of its own. */
export function withMirrors(classes: DrawingClass[]): DrawingClass[] {
  const mirrored = classes.map((original) => ({
    ...original,
    name: `${original.name} mirrored`,
    drawings: original.drawings.map(mirror),
  }));
  return [...classes, ...mirrored];
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
