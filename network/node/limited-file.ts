import { type FileHandle, open } from 'node:fs/promises';

/** A file that is larger than the limit for its kind. */
export class FileTooLargeError extends Error {
  override readonly name = 'FileTooLargeError';
}

const CHUNK = 1024 * 1024;

/**
 * Reads a file of at most `maxBytes`. The limit also holds for devices and pipes, which tell no size.
 * Errors: `FileTooLargeError` if it is larger; those of the file system.
 */
export async function readLimited(path: string, maxBytes: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > maxBytes) throw tooLarge(path, maxBytes);
    return await readUpTo(file, path, maxBytes);
  } catch (error) {
    throw error instanceof FileTooLargeError ? error : Object.assign(error as Error, { path });
  } finally {
    await file.close();
  }
}

async function readUpTo(file: FileHandle, path: string, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const { bytesRead } = await file.read(chunk);
    if (bytesRead === 0) return Buffer.concat(chunks, total);
    total += bytesRead;
    if (total > maxBytes) throw tooLarge(path, maxBytes);
    // A short read would keep the whole chunk alive
    chunks.push(bytesRead < CHUNK ? Uint8Array.from(chunk.subarray(0, bytesRead)) : chunk);
  }
}

const tooLarge = (path: string, maxBytes: number) =>
  new FileTooLargeError(`${path} is larger than ${maxBytes / 2 ** 20} MiB, the limit for such a file.`);
