import { UsageError } from '../terminal/failure.js';
import { type GrowingFile, openGrowing, openWhole, type WholeFile } from '../../network/node/index.js';

/**
 * A file that an option names. It is opened before the work, so that a path that cannot be written is told
 * before anything is done; and it appears whole, or not at all.
 */
export class OutputFile implements AsyncDisposable {
  readonly #file: WholeFile | undefined;

  private constructor(file: WholeFile | undefined) {
    this.#file = file;
  }

  /**
   * Opens `path`; undefined stands for an option that was not given. Errors: `UsageError` for
   * an empty name; those of the file system.
   */
  static async open(path: string | undefined): Promise<OutputFile> {
    checkName(path);
    return new OutputFile(path === undefined ? undefined : await openWhole(path));
  }

  /** Writes the file; makes no content if the option was not given. Errors: those of the file system. */
  async write(content: () => Uint8Array | string): Promise<void> {
    this.#file?.write(content());
    await this.#file?.finish();
  }

  /** Leaves nothing behind if the file was not written. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.discard();
  }
}

/** Checks that a file can be written, for work whose end may be days off. Errors: those of the file system. */
export async function checkOutput(path: string | undefined): Promise<void> {
  await using file = await OutputFile.open(path);
  void file;
}

/** Opens a file that lines are appended to. Errors: `UsageError`; those of the file system, with the path. */
export async function openLog(path: string | undefined): Promise<GrowingFile | undefined> {
  checkName(path);
  return path === undefined ? undefined : openGrowing(path);
}

/** Errors: `UsageError` for an empty name, as an unset variable of the shell gives it. */
export function checkName(path: string | undefined): void {
  if (path === '')
    throw new UsageError('A file to write has an empty name; name one, or leave the option out.');
}
