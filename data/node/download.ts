import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { Archive } from '../omniglot/archives.js';
import { DataError } from '../../network/index.js';

/** Cancellation and progress of a download. */
export interface DownloadOptions {
  signal?: AbortSignal;
  /** Called with the number of bytes so far. */
  onProgress?: (archive: Archive, bytes: number) => void;
}

/**
 * Downloads an archive into a folder and returns its path. A sound file that is there already is kept; a
 * partial one (`.part`) is continued. Errors: `DataError` if the server fails, the disk is full, or size or
 * digest are wrong, in which case the file is removed; the signal's reason if it was aborted.
 */
export async function download(
  archive: Archive,
  folder: string,
  options: DownloadOptions = {},
): Promise<string> {
  const path = join(folder, archive.name);
  if ((await sizeOf(path)) === archive.bytes && (await digestOf(path, archive)) === archive.digest.value)
    return path;
  await mkdir(folder, { recursive: true });
  const part = `${path}.part`;
  if ((await sizeOf(part)) > archive.bytes) await rm(part);
  if ((await sizeOf(part)) < archive.bytes) await fetchRest(archive, part, options);
  await verify(archive, part);
  await rename(part, path);
  return path;
}

async function verify(archive: Archive, part: string): Promise<void> {
  const size = await sizeOf(part);
  if (size < archive.bytes)
    throw new DataError(
      `The connection to ${archive.url} ended after ${size} of ${archive.bytes} bytes; run the command again to go on from there.`,
    );
  if (size === archive.bytes && (await digestOf(part, archive)) === archive.digest.value) return;
  await rm(part);
  throw new DataError(
    `${archive.url} is not the file that is pinned here (${archive.digest.algorithm} differs); it was removed.`,
  );
}

/** Appends the missing bytes to the partial file. */
async function fetchRest(
  archive: Archive,
  part: string,
  { signal, onProgress }: DownloadOptions,
): Promise<void> {
  const have = await sizeOf(part);
  const response = await request(archive.url, have > 0 ? { range: `bytes=${have}-` } : {}, signal);
  if (!response.ok || !response.body)
    throw new DataError(`${archive.url} answered ${response.status}; check the address or your proxy.`);
  const resumed = response.status === 206;
  let bytes = resumed ? have : 0;
  async function* counted(chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      onProgress?.(archive, bytes);
      yield chunk;
    }
  }
  try {
    await pipeline(
      Readable.fromWeb(response.body as ReadableStream),
      counted,
      createWriteStream(part, { flags: resumed ? 'a' : 'w' }),
    );
  } catch (error) {
    signal?.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new DataError(`The disk is full; make room for ${archive.bytes} bytes beside ${part}.`);
    // The bytes that arrived stay, and `verify` reports how many there are
  }
}

/**
 * Uses the proxy of HTTPS_PROXY, HTTP_PROXY and NO_PROXY if one is set, which Node.js 20 does not do by
 * itself.
 */
async function request(url: string, headers: Record<string, string>, signal?: AbortSignal) {
  const { env } = process;
  const proxied = [env.HTTPS_PROXY, env.https_proxy, env.HTTP_PROXY, env.http_proxy].some(Boolean);
  try {
    if (!proxied) return await fetch(url, { headers, signal });
    const { EnvHttpProxyAgent, fetch: fetchByProxy } = await import('undici');
    return await fetchByProxy(url, { headers, signal, dispatcher: new EnvHttpProxyAgent() });
  } catch (error) {
    signal?.throwIfAborted();
    const cause = (error as Error).cause ?? error;
    throw new DataError(
      `Cannot reach ${url} (${(cause as Error).message}); check the network or HTTPS_PROXY.`,
    );
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}

async function digestOf(path: string, { digest }: Archive): Promise<string> {
  const hash = createHash(digest.algorithm);
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}
