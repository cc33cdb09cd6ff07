import type { DrawingClass } from '../../network/index.js';
import { type ImageKind, type OnDecoded, decodeAll } from './decoded-cache.js';
import type { SourceFile } from './source.js';

/**
 * Decodes images and sorts them into classes. `files` are by key, and classes come in the order of their
 * keys; `classOf` says which class a key belongs to. Errors: `DataError` for a broken image.
 */
export async function readClasses(
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
