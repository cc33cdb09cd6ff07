import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { StateError, StateInUseError } from '../../state/journal.js';
import { IN_USE, openExclusive } from './open-exclusive.js';

/** How often a file is opened again because its last holder has removed it in the meantime. */
const MAX_TRIES = 1000;

/** Larger than what a holder writes. */
const MAX_NOTE = 300;

/**
 * Keeps two emulators from using one state file: each locks a file beside it, `PATH.lock`, by the means of the
 * operating system (see `openExclusive`). The lock ends with its process, however that ends, so that none is
 * ever left behind. The holder removes the file before it lets go; whoever then gets the lock of a file that has
 * lost its name opens it again. So no moment is left at which two can hold it.
 *
 * The lock is seen by all processes of one machine, also from containers that share the folder, and over NFS as
 * far as the server keeps locks. It is not seen across machines that share a folder in another way, such as
 * Docker Desktop's folders of the host, or a folder kept in step by a cloud service.
 */
export class FileLock {
  readonly #path: string;
  readonly #file: number;

  /**
   * Locks the state file at a path without symbolic links. Errors: `StateError` if another emulator holds it,
   * or the system cannot lock.
   */
  constructor(path: string) {
    this.#path = `${path}.lock`;
    try {
      this.#file = lock(this.#path);
    } catch (error) {
      throw new StateError(
        `The state file ${path} cannot be locked: ${(error as Error).message}. Put it in a folder of this machine that you can write to, or do without --state.`,
      );
    }
    if (this.#file === IN_USE)
      throw new StateInUseError(
        `The state file ${path} is in use by ${holderOf(this.#path)}; end that emulator or name another file.`,
      );
  }

  release(): void {
    // Windows removes no file that is open; another process that has it by then keeps it
    if (process.platform === 'win32') closeSync(this.#file);
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // a file that is left behind is not a lock
    }
    if (process.platform !== 'win32') closeSync(this.#file);
  }
}

/** Locks a file and writes into it who holds it. Returns its descriptor, or `IN_USE`. */
function lock(path: string): number {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const file = openExclusive(path);
    if (file === IN_USE) return IN_USE;
    if (isStillThere(path, file)) {
      ftruncateSync(file, 0);
      writeSync(file, `${process.pid} ${hostname()}\n`, 0);
      return file;
    }
    closeSync(file);
  }
  throw new Error('its file system does not keep the file that is the lock');
}

/** Whether an open file still has its name. */
function isStillThere(path: string, file: number): boolean {
  if (process.platform === 'win32') return true; // there an open file keeps its name
  const found: BigIntStats | undefined = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  const { dev, ino } = fstatSync(file, { bigint: true });
  return found?.ino === ino && found.dev === dev;
}

/** Who holds a lock, in words. */
function holderOf(path: string): string {
  try {
    const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const bytes = new Uint8Array(MAX_NOTE);
    const length = readSync(file, bytes);
    closeSync(file);
    const [, process, host] = /^(\d+) ([\w.-]+)\n$/.exec(
      new TextDecoder().decode(bytes.subarray(0, length)),
    )!;
    return host === hostname() ? `process ${process}` : `process ${process} on ${host}`;
  } catch {
    return 'another emulator'; // which has only just begun or ended, or Windows, which shows no locked file
  }
}
