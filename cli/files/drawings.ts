import type { DrawingClass } from '../../network/index.js';
import { loadClasses, loadDrawings, type OnDecoded } from '../../data/node/index.js';
import { showProgress } from '../terminal/progress.js';

/** Drawings of `--data`: folders and zips in one of the layouts of data/node. */
export const readOmniglot = (sources: string[], alphabets?: readonly string[]): Promise<DrawingClass[]> =>
  withBar((onDecoded) => loadDrawings(sources, { alphabets, onDecoded }));

/** Drawings of `--classes`: a folder or zip of the user's own images, a subfolder per class. */
export const readOwnClasses = (source: string): Promise<DrawingClass[]> =>
  withBar((onDecoded) => loadClasses(source, onDecoded));

async function withBar<T>(work: (onDecoded: OnDecoded) => Promise<T>): Promise<T> {
  const progress = showProgress('decoding');
  // Cached drawings are there at once: no bar then.
  return work((done, total) => done < total && progress.update(done, total)).finally(() => progress.end());
}
