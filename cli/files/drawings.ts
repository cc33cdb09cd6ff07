import type { DrawingClass } from '../../network/index.js';
import { loadClasses, loadDrawings, type OnDecoded } from '../../data/node/index.js';
import { showProgress } from '../terminal/progress.js';

/** `--data`: folders and zips in one of the layouts of data/node, which are Omniglot's alone so far. */
export const readOmniglot = (sources: string[], alphabets?: readonly string[]): Promise<DrawingClass[]> =>
  withBar((onDecoded) => loadDrawings(sources, { alphabets, onDecoded }));

/** `--classes`: a folder or zip of the user's own images. */
export const readOwnClasses = (source: string): Promise<DrawingClass[]> =>
  withBar((onDecoded) => loadClasses(source, onDecoded));

async function withBar<T>(work: (onDecoded: OnDecoded) => Promise<T>): Promise<T> {
  const progress = showProgress('decoding');
  // What is done at once, as with drawings that were decoded before, shows nothing.
  return work((done, total) => done < total && progress.update(done, total)).finally(() => progress.end());
}
