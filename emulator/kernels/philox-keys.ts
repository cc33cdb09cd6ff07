import type { Draws } from '../chip/devices/draws.js';
import { MULTIPLIER_0, MULTIPLIER_1, ROUNDS, WEYL_0, WEYL_1 } from '../numerics/philox.js';
import type { Arena } from './arena.js';

/**
 * Writes a key for philox.as.ts, uint32 each: the two multipliers, then the two words of each round. Its
 * address.
 */
export function createKeys(arena: Arena, { key0, key1 }: Draws): number {
  const words = arena.allocate(Uint32Array, 2 + 2 * ROUNDS);
  words[0] = MULTIPLIER_0;
  words[1] = MULTIPLIER_1;
  for (let round = 0; round < ROUNDS; round++) {
    words[2 + 2 * round] = key0 + round * WEYL_0;
    words[3 + 2 * round] = key1 + round * WEYL_1;
  }
  return words.byteOffset;
}
