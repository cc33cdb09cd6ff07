import type { Disk, DiskFile } from '../../../../emulator/index.js';

/** Its path. */
export const PATH = 'board.pcm';

/** A disk with one file, in memory. */
export class OneFile implements Disk {
  content: Uint8Array | undefined;
  #beside: Uint8Array | undefined;

  constructor(content?: Uint8Array) {
    this.content = content;
  }

  read = (): Uint8Array | undefined => this.content?.slice();
  lock = () => () => undefined;
  remove = (): void => void (this.#beside = undefined);
  rename = (): void => void (this.content = this.#beside);

  open(path: string): DiskFile {
    const isBeside = path !== PATH;
    if (isBeside) this.#beside = new Uint8Array();
    const set = (bytes: Uint8Array): void => {
      // After it was renamed, the file beside is the one.
      if (!isBeside || this.content === this.#beside) this.content = bytes;
      if (isBeside) this.#beside = bytes;
    };
    const get = () => (isBeside ? this.#beside! : this.content!);
    return {
      write(bytes, position) {
        set(Buffer.concat([get().subarray(0, position), bytes]));
        return bytes.length;
      },
      truncate: (size) => set(get().slice(0, size)),
      sync: () => undefined,
      close: () => undefined,
    };
  }
}
