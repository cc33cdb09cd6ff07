import type { Placement, Tile } from './placement.js';
import { inputOfRow } from './targets.js';

/** Input codes [vectors, cores, window rows] of a tile from those of its layer, [vectors, inputs]. */
export function tileInputs(placement: Placement, tile: Tile, vectors: Int8Array): Int8Array {
  const { inputs } = placement;
  const count = vectors.length / inputs;
  const sources = rowSources(placement, tile);
  const codes = new Int8Array(count * sources.length);
  for (let vector = 0, at = 0; vector < count; vector++) {
    const start = vector * inputs;
    for (let row = 0; row < sources.length; row++, at++) {
      codes[at] = sources[row] < 0 ? 0 : vectors[start + sources[row]];
    }
  }
  return codes;
}

/** For each row of each core of a tile, the input that drives it; -1 for none. */
function rowSources(placement: Placement, tile: Tile): Int32Array {
  const { rows } = tile.window;
  return Int32Array.from(
    { length: tile.cores * rows },
    (_, index) => inputOfRow(placement, tile, Math.floor(index / rows), index % rows) ?? -1,
  );
}
