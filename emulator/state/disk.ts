/** An open file. Every call may throw, for example when the disk is full. */
export interface DiskFile {
  /** Writes at a position; returns the number of bytes written, which may be fewer than given. */
  write(bytes: Uint8Array, position: number): number;
  /** Cuts the file off after its first `size` bytes. */
  truncate(size: number): void;
  /** Returns when everything written is on the disk. */
  sync(): void;
  close(): void;
}

/** The part of a file system that keeps the state of a board. A simulator can hand in a disk of its own. */
export interface Disk {
  /** Bytes of a file; undefined if there is none. */
  read(path: string): Uint8Array | undefined;
  /** Opens a file that exists, or makes an empty one if `create` is true. */
  open(path: string, create: boolean): DiskFile;
  /** Gives a file another name; a file that had that name is replaced. Durable when this returns. */
  rename(from: string, to: string): void;
  /**
   * Keeps other emulators from using a file; returns a function that releases it. Errors: `StateError` if it
   * is in use.
   */
  lock(path: string): () => void;
  /** Removes a file if there is one. */
  remove(path: string): void;
}
