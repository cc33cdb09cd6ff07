import type { DrawingClass } from '../../network/index.js';
import { loadClasses, loadOmniglot, type OnDecoded } from '../../data/node/index.js';
import { showProgress } from '../terminal/progress.js';

/** `--data`: folders and zips in Omniglot's layout. */
export const readOmniglot = (sources: string[], alphabets?: readonly string[]): Promise<DrawingClass[]> =>
  withBar((onDecoded) => loadOmniglot(sources, alphabets, onDecoded));

/** `--classes`: a folder or zip of the user's own images. */
export const readOwnClasses = (source: string): Promise<DrawingClass[]> =>
  withBar((onDecoded) => loadClasses(source, onDecoded));

async function withBar<T>(work: (onDecoded: OnDecoded) => Promise<T>): Promise<T> {
  const progress = showProgress('decoding');
  // What is done at once, as with drawings that were decoded before, shows nothing.
  return work((done, total) => done < total && progress.update(done, total)).finally(() => progress.end());
}
