import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { StateError } from '../../state/journal.js';

/** Maximum number of links that are followed, as in Linux. */
const MAX_LINKS = 40;

/**
 * The path of a state file without symbolic links, so that each file has one lock, and a link stays when a new
 * file takes the place of the old one. The file need not exist. Errors: `StateError` if no state can be kept
 * there.
 */
export function realStatePath(path: string): string {
  try {
    const real = followed(path);
    const found = lstatSync(real, { throwIfNoEntry: false });
    if (found && !found.isFile()) throw new Error('it is no regular file');
    if (found && found.nlink > 1)
      throw new Error('it has a second name (a hard link), under which it would fall behind; copy it');
    return real;
  } catch (error) {
    throw new StateError(
      `The state file ${path} cannot be used: ${(error as Error).message}. Name another file with --state, in a folder that exists.`,
    );
  }
}

function followed(path: string): string {
  let target = path;
  for (let links = 0; links < MAX_LINKS; links++) {
    const found = lstatSync(target, { throwIfNoEntry: false });
    if (!found?.isSymbolicLink()) return join(realpathSync.native(dirname(target)), basename(target));
    target = resolve(dirname(target), readlinkSync(target));
  }
  throw new Error('its links lead in a circle');
}
