import { isAbsolute, join, relative } from 'node:path';
import { ImportError } from './errors.js';

/** The path of a file that a network names, which must lie in the network's own folder. */
export function siblingPath(folder: string, name: string, whose: string): string {
  const path = join(folder, name);
  const inside = relative(folder, path);
  if (name === '' || isAbsolute(name) || inside.startsWith('..'))
    throw new ImportError(
      `The values of ${whose} are said to stand in "${name}", which is no file in the network's folder.`,
    );
  return path;
}
