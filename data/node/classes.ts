import { DataError, type DrawingClass } from '../../network/index.js';
import type { OnDecoded } from './decoded-cache.js';
import type { DrawingLayout, ReadOptions } from './layout.js';
import { drawingLayouts } from './layouts.js';
import { omniglotLayout } from './omniglot-layout.js';
import { readClasses } from './read-classes.js';
import { isImage, listFiles, type SourceFile } from './source.js';

/**
 * Reads the drawings of folders and zips, each source by the first layout that takes a file of it. Decoded
 * images are kept (`decodeAll`). Errors: `DataError` if a source, alphabet or file is missing or
 * broken.
 */
export async function loadDrawings(
  sources: readonly string[],
  { layouts = drawingLayouts, ...options }: ReadOptions & { layouts?: readonly DrawingLayout[] } = {},
): Promise<DrawingClass[]> {
  const listed = [];
  for (const path of sources) {
    const files = await listFiles(path, (file) => layouts.some((layout) => layout.takes(file)));
    const layout = layouts.find((one) => files.some((file) => one.takes(file.path)));
    if (!layout)
      throw new DataError(`${path} holds no ${layouts.map((one) => one.files).join(', and no ')}.`);
    listed.push({ path, layout, files: files.filter((file) => layout.takes(file.path)) });
  }
  const classes: DrawingClass[] = [];
  for (const layout of layouts) {
    const mine = listed.filter((source) => source.layout === layout);
    if (mine.length > 0) classes.push(...(await layout.read(mine, options)));
  }
  return classes;
}

/**
 * As `loadDrawings`, in Omniglot's layout alone: .../ALPHABET/characterNN/*.png, of these alphabets if any
 * are given.
 */
export const loadOmniglot = (
  sources: readonly string[],
  alphabets?: readonly string[],
  onDecoded?: OnDecoded,
): Promise<DrawingClass[]> => loadDrawings(sources, { alphabets, onDecoded, layouts: [omniglotLayout] });

/**
 * Reads a folder or zip with one subfolder for each class of a person's own photos or scans.
 * Errors: `DataError` if there are none, or one is broken.
 */
export async function loadClasses(source: string, onDecoded?: OnDecoded): Promise<DrawingClass[]> {
  const images = await listFiles(source, isImage);
  if (images.length === 0) throw new DataError(`${source} holds no PNG or JPEG images.`);
  const files = new Map<string, SourceFile>();
  for (const file of images) if (file.path.includes('/')) files.set(file.path, file);
  if (files.size === 0)
    throw new DataError(`${source} holds no subfolders of images; make one folder a class.`);
  const classOf = (key: string) => ({ name: key.split('/').slice(0, -1).join('/') });
  return readClasses(files, classOf, 'photo', onDecoded);
}
