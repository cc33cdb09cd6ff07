import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** A file that is being written; it appears whole at `finish`. */
export interface WholeFile {
  /** Appends in the order of the calls. An error is kept for `finish`, and nothing more is written. */
  write(content: Uint8Array | string): void;
  /** Puts the file in its place. Errors: those of the file system, with the path; then nothing is left. */
  finish(): Promise<void>;
  /** Removes what was written; does nothing after `finish`. */
  discard(): Promise<void>;
}

/**
 * Writes a file so that it appears whole or not at all, also after a crash. A symbolic link stays, and the
 * file that it leads to is replaced. A device or a pipe is never replaced: it is written to. Errors: those of
 * the file system, with the path.
 */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const file = await openWhole(path);
  file.write(content);
  await file.finish();
}

/**
 * Opens a file that is written as by `writeWhole`, in parts. Errors: those of the file system, with the path,
 * for example if its folder is missing.
 */
export async function openWhole(path: string): Promise<WholeFile> {
  try {
    const target = await targetOf(path);
    const place = target.isReplaced ? `${target.path}.${process.pid}.part` : target.path;
    const file = await open(place, target.isReplaced ? 'w' : constants.O_WRONLY);
    return new OpenFile(path, file, target.isReplaced ? { from: place, to: target.path } : undefined);
  } catch (error) {
    throw Object.assign(error as Error, { path });
  }
}

/** A file that grows at its end. */
export interface GrowingFile extends AsyncDisposable {
  /** Appends; what others append at the same time stays. Errors: those of the file system, with the path. */
  append(content: Uint8Array | string): Promise<void>;
}

/**
 * Opens a file to append to, which is made if it is missing. Links are followed, and a device or a pipe is written
 * to. Errors: those of the file system, with the path.
 */
export async function openGrowing(path: string): Promise<GrowingFile> {
  const file = await open(path, 'a');
  return {
    append: async (content) => {
      try {
        await file.appendFile(content);
      } catch (error) {
        throw Object.assign(error as Error, { path });
      }
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}

class OpenFile implements WholeFile {
  readonly #path: string;
  readonly #file: FileHandle;
  /** Undefined for a device or a pipe. */
  readonly #move: { from: string; to: string } | undefined;
  #written: Promise<void> = Promise.resolve();
  #failure: Error | undefined;
  #closed = false;

  constructor(path: string, file: FileHandle, move: { from: string; to: string } | undefined) {
    this.#path = path;
    this.#file = file;
    this.#move = move;
  }

  write(content: Uint8Array | string): void {
    this.#written = this.#written.then(async () => {
      try {
        if (!this.#failure) await this.#file.writeFile(content);
      } catch (error) {
        this.#failure = error as Error;
      }
    });
  }

  async finish(): Promise<void> {
    try {
      await this.#written;
      if (this.#failure) throw this.#failure;
      if (this.#move) await this.#file.sync();
      await this.#close();
      if (this.#move) await rename(this.#move.from, this.#move.to);
    } catch (error) {
      await this.#remove();
      throw Object.assign(error as Error, { path: this.#path });
    }
  }

  async discard(): Promise<void> {
    if (this.#closed) return;
    this.#failure ??= new Error('discarded');
    await this.#written;
    await this.#remove();
  }

  async #remove(): Promise<void> {
    await this.#close().catch(() => undefined);
    if (this.#move) await rm(this.#move.from, { force: true });
  }

  async #close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#file.close();
  }
}

/** Maximum number of links that are followed, as in Linux. */
const MAX_LINKS = 40;

/** The place that links lead to, and whether what is there, a file or nothing, is replaced. */
async function targetOf(path: string): Promise<{ path: string; isReplaced: boolean }> {
  let target = path;
  for (let links = 0; links < MAX_LINKS; links++) {
    const found = await stat(target).catch(absent);
    if (found?.isDirectory()) throw errorOf('EISDIR');
    // The links behind /dev/stdout lead to places that have no path
    if (found)
      return found.isFile()
        ? { path: await realpath(target), isReplaced: true }
        : { path, isReplaced: false };
    const next = await readlink(target).catch(absent);
    if (next === undefined) return { path: target, isReplaced: true };
    target = resolve(dirname(target), next);
  }
  throw errorOf('ELOOP');
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'EINVAL') throw error;
}

const errorOf = (code: string) => Object.assign(new Error(code), { code, syscall: 'open' });
