import { open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file so that it appears whole or not at all, also after a crash; errors of the file system name
 * its path.
 */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${process.pid}.part`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw Object.assign(error as Error, { path });
  }
}
