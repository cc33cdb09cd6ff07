import { type Stats, lstatSync, mkdirSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

const NAME = 'pcm-hil';
/** Permission bits of the group and of all others. */
const OTHERS = 0o077;
/** Write permission of the group and of all others. */
const OTHERS_WRITE = 0o022;
/** In a folder with this bit only the owner of an entry can move it away. */
const STICKY = 0o1000;
const ROOT = 0;

/** A folder that other users can read or change. The message says what to do. */
export class PrivateFolderError extends Error {
  override readonly name = 'PrivateFolderError';
}

/**
 * Path of a folder that only this user can read and write, which is made if it is missing: in
 * `XDG_RUNTIME_DIR` if that is the user's own, else in the temporary folder with the user id in its name; on
 * Windows in the user's local application data. Errors: `PrivateFolderError` if another user could change what
 * is in it; those of the file system.
 */
export function privateFolder(): string {
  const path = privatePath();
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const problem = problemOf(lstatSync(path));
  if (problem !== undefined)
    throw new PrivateFolderError(`${path} ${problem}; remove it, or set ${OWN_FOLDER}`);
  const around = problemOfParent(dirname(path));
  if (around !== undefined) throw new PrivateFolderError(`${path} ${around}; set ${OWN_FOLDER}`);
  return path;
}

const OWN_FOLDER = 'XDG_RUNTIME_DIR to a folder that is yours alone (mode 700)';

function privatePath(): string {
  const user = process.geteuid?.();
  if (user === undefined) return join(process.env.LOCALAPPDATA ?? homedir(), NAME);
  const runtime = process.env.XDG_RUNTIME_DIR ?? '';
  return isOwn(runtime) ? join(runtime, NAME) : join(tmpdir(), `${NAME}-${user}`);
}

function isOwn(path: string): boolean {
  try {
    return isAbsolute(path) && problemOf(lstatSync(path)) === undefined;
  } catch {
    return false;
  }
}

/** What is wrong with a folder that should be private; undefined if nothing is. */
function problemOf(found: Stats): string | undefined {
  if (found.isSymbolicLink()) return 'is a symbolic link';
  if (!found.isDirectory()) return 'is not a folder';
  const user = process.geteuid?.();
  if (user === undefined) return undefined; // Windows: the profile of a user is closed to others
  if (found.uid !== user) return 'belongs to another user';
  if (found.mode & OTHERS) return 'is open to other users';
  return undefined;
}

/** Who may move the folder away and put another one in its place. */
function problemOfParent(path: string): string | undefined {
  const user = process.geteuid?.();
  if (user === undefined) return undefined;
  const { uid, mode } = statSync(path);
  if (uid !== user && uid !== ROOT) return 'lies in a folder of another user';
  if (mode & OTHERS_WRITE && !(mode & STICKY)) return 'lies in a folder that other users can change';
  return undefined;
}
