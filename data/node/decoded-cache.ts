import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import envPaths from 'env-paths';
import { writeWhole } from '../../network/node/index.js';
import type { Drawing } from '../../network/index.js';
import { decodeDrawing, decodePhoto } from './decode-image.js';

const decoders = { drawing: decodeDrawing, photo: decodePhoto };
/** Kinds of images, which are decoded differently. */
export type ImageKind = keyof typeof decoders;

/** An image file; `name` appears in errors. */
export interface EncodedImage {
  name: string;
  bytes: Uint8Array;
}

/** Called after each image with the number of decoded ones. */
export type OnDecoded = (done: number, total: number) => void;

/** Raise it whenever the same image would give another drawing. */
const DECODER_VERSION = 2;
/** Minimum size of a set that is kept: smaller ones are decoded as fast as they are read. */
const MIN_CACHED = 100;
const MAX_CACHED_SETS = 8;
const DIGEST_BYTES = 32;

/**
 * Decodes images, or finds them decoded by an earlier call. Sets of a hundred or more are kept in the user's
 * cache folder (PCM_CACHE names another) by the digest of all their bytes, so that they cannot be out of
 * date. A cache that is damaged or cannot be written only costs time. Errors: `DataError` if an image is
 * broken.
 */
export async function decodeAll(
  images: readonly EncodedImage[],
  kind: ImageKind,
  onDecoded?: OnDecoded,
): Promise<Drawing[]> {
  if (images.length < MIN_CACHED) return decode(images, kind, onDecoded);
  const folder = process.env.PCM_CACHE ?? envPaths('pcm-hil', { suffix: '' }).cache;
  const file = join(folder, `${keyOf(images, kind)}.drawings`);
  const found = await readSet(file, images.length);
  if (found) return found;
  const drawings = decode(images, kind, onDecoded);
  await keepSet(folder, file, drawings).catch(() => undefined);
  return drawings;
}

function decode(images: readonly EncodedImage[], kind: ImageKind, onDecoded?: OnDecoded): Drawing[] {
  return images.map(({ bytes, name }, index) => {
    const drawing = decoders[kind](bytes, name);
    onDecoded?.(index + 1, images.length);
    return drawing;
  });
}

const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

function keyOf(images: readonly EncodedImage[], kind: ImageKind): string {
  const hash = createHash('sha256').update(`${kind} ${DECODER_VERSION}`);
  for (const { bytes } of images) hash.update(digest(bytes));
  return hash.digest('hex');
}

/**
 * Reads the digest of the values, then the values of all drawings, float32. Undefined if the file is missing
 * or damaged.
 */
async function readSet(file: string, count: number): Promise<Drawing[] | undefined> {
  try {
    const content = await readFile(file);
    const bytes = Uint8Array.from(content.subarray(DIGEST_BYTES)); // aligned
    if (!digest(bytes).equals(content.subarray(0, DIGEST_BYTES))) return undefined;
    const values = new Float32Array(bytes.buffer);
    const size = values.length / count;
    return Array.from({ length: count }, (_, index) => values.slice(index * size, (index + 1) * size));
  } catch {
    return undefined;
  }
}

async function keepSet(folder: string, file: string, drawings: readonly Drawing[]): Promise<void> {
  const bytes = Buffer.concat(drawings.map(({ buffer }) => new Uint8Array(buffer)));
  await mkdir(folder, { recursive: true });
  await writeWhole(file, Buffer.concat([digest(bytes), bytes]));
  await forgetOldest(folder);
}

async function forgetOldest(folder: string): Promise<void> {
  const files = (await readdir(folder))
    .filter((name) => name.endsWith('.drawings'))
    .map((name) => join(folder, name));
  const ages = await Promise.all(files.map(async (file) => ({ file, time: (await stat(file)).mtimeMs })));
  ages.sort((a, b) => b.time - a.time);
  await Promise.all(ages.slice(MAX_CACHED_SETS).map(({ file }) => rm(file, { force: true })));
}
