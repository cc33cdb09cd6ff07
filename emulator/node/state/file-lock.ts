import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { StateError } from '../../state/journal.js';

/**
 * Keeps two emulators from using one state file: a file beside it names the process. A lock that a dead
 * process left is taken over.
 */
export class FileLock {
  /**
   * Locks that this process holds: any other lock that names it was left by an earlier process of the same
   * number.
   */
  static readonly #held = new Set<string>();
  readonly #path: string;

  /** Errors: `StateError` if another process that is alive holds the file. */
  constructor(path: string) {
    this.#path = `${path}.lock`;
    const holder = this.#holder();
    if (holder !== undefined)
      throw new StateError(
        `The state file ${path} is in use by process ${holder}; end that emulator or name another file.`,
      );
    try {
      rmSync(this.#path, { force: true });
      writeFileSync(this.#path, `${process.pid}\n`, { flag: 'wx' });
      FileLock.#held.add(this.#path);
    } catch (error) {
      throw new StateError(`The state file ${path} cannot be locked: ${(error as Error).message}.`);
    }
  }

  release(): void {
    FileLock.#held.delete(this.#path);
    rmSync(this.#path, { force: true });
  }

  #holder(): number | undefined {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch {
      return undefined;
    }
    const holder = Number.parseInt(text, 10);
    const alive = holder === process.pid ? FileLock.#held.has(this.#path) : isAlive(holder);
    return alive ? holder : undefined;
  }
}

function isAlive(id: number): boolean {
  if (!(id > 0)) return false;
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
