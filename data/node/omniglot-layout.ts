import { basename } from 'node:path';
import { DataError } from '../../network/index.js';
import type { DrawingLayout } from './layout.js';
import { readClasses } from './read-classes.js';
import { isImage, type SourceFile } from './source.js';

/**
 * Omniglot's own layout: .../ALPHABET/characterNN/*.png. Sources are merged; a drawing that appears in
 * several of them counts once. Classes come in the order of their names.
 */
export const omniglotLayout: DrawingLayout = {
  files: 'PNG or JPEG images',
  takes: isImage,
  async read(sources, { alphabets, onDecoded }) {
    const files = new Map<string, SourceFile>();
    const available = new Set<string>();
    for (const source of sources) {
      for (const file of source.files) {
        // A source may itself be the folder of one alphabet
        const parts = [basename(source.path), ...file.path.split('/')].slice(-3);
        if (parts.length < 3) continue;
        const [alphabet] = parts;
        const key = parts.join('/');
        available.add(alphabet);
        if (!alphabets || alphabets.includes(alphabet)) files.set(key, files.get(key) ?? file);
      }
    }
    const paths = sources.map(({ path }) => path).join(', ');
    for (const alphabet of alphabets ?? [])
      if (!available.has(alphabet))
        throw new DataError(
          `The alphabet ${alphabet} is not in ${paths}; there are ${[...available].sort().join(', ')}.`,
        );
    if (files.size === 0)
      throw new DataError(`${paths}: no images in the layout ALPHABET/characterNN/*.png.`);
    const classOf = (key: string) => {
      const [alphabet, character] = key.split('/');
      return { name: `${alphabet}/${character}`, alphabet };
    };
    return readClasses(files, classOf, 'drawing', onDecoded);
  },
};
