import { createRequire } from 'node:module';
import { crc32 as zlibCrc32 } from 'node:zlib';
import type { Crc32 } from '../frames/crc32.js';

/**
 * The fastest CRC-32 on this machine: the optional package `@node-rs/crc32`, which uses vector instructions,
 * or zlib's if the package has no build for it.
 */
export const fastCrc32: Crc32 = load();

function load(): Crc32 {
  try {
    const { crc32 } = createRequire(import.meta.url)('@node-rs/crc32') as typeof import('@node-rs/crc32');
    return crc32;
  } catch {
    return zlibCrc32;
  }
}
