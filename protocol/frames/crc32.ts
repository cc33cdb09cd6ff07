/** Computes the CRC-32 of IEEE 802.3, as zlib does, continued from `seed` (default 0). */
export type Crc32 = (bytes: Uint8Array, seed?: number) => number;

/**
 * Eight tables, so that the loop below takes eight bytes at a time ("slicing by 8", Kounavis and Berry 2005).
 */
const tables = Array.from({ length: 8 }, () => new Uint32Array(256));
for (let byte = 0; byte < 256; byte++) {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++)
    remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  tables[0][byte] = remainder;
}
for (let byte = 0; byte < 256; byte++) {
  for (let i = 1; i < 8; i++) {
    const previous = tables[i - 1][byte];
    tables[i][byte] = tables[0][previous & 0xff] ^ (previous >>> 8);
  }
}

/** CRC-32 in plain TypeScript, for any platform. In Node, `fastCrc32` of `protocol/node` is faster. */
export const crc32: Crc32 = (bytes, seed = 0) => {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables;
  let crc = ~seed;
  let i = 0;
  for (; i + 8 <= bytes.length; i += 8) {
    const low = crc ^ (bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24));
    crc =
      t7[low & 0xff] ^
      t6[(low >>> 8) & 0xff] ^
      t5[(low >>> 16) & 0xff] ^
      t4[low >>> 24] ^
      t3[bytes[i + 4]] ^
      t2[bytes[i + 5]] ^
      t1[bytes[i + 6]] ^
      t0[bytes[i + 7]];
  }
  for (; i < bytes.length; i++) crc = t0[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
  return ~crc >>> 0;
};
