import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for readers that take paths; it goes when the process ends. */
export class Scratch {
  #folder: string | undefined;

  /** Path of a file with this name, which need not exist. */
  path(name: string): string {
    if (this.#folder === undefined) {
      const folder = mkdtempSync(join(tmpdir(), 'pcm-fuzz-'));
      process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
      this.#folder = folder;
    }
    return join(this.#folder, name);
  }

  /** Writes a file; returns its path. */
  write(name: string, bytes: Uint8Array): string {
    writeFileSync(this.path(name), bytes);
    return this.path(name);
  }

  read(name: string): Uint8Array {
    return readFileSync(this.path(name));
  }
}
