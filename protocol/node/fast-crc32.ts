import { createRequire } from 'node:module';
import { crc32 as zlibCrc32 } from 'node:zlib';
import type { Crc32 } from '../frames/crc32.js';

/**
 * The fastest CRC-32 for this machine: that of the optional package `@node-rs/crc32`, whose vector instructions make it
 * several times as fast for a long frame, or zlib's where it has no build.
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
