import type { ChipGeometry, Placement, Plan, SparedColumns, Tile } from './placement.js';

/** Columns from `start` on that are fit for use on all of `cores` consecutive cores, in ascending order. */
export function usableColumns(
  { columns, spared = [] }: ChipGeometry,
  core: number,
  cores: number,
  start: number,
): number[] {
  const faulty = new Set(
    spared
      .filter((one) => one.core >= core && one.core < core + cores)
      .flatMap(({ columns: numbers }) => numbers),
  );
  return Array.from({ length: columns - start }, (_, offset) => start + offset).filter(
    (column) => !faulty.has(column),
  );
}

/** Place of an output's column in the window of a tile. */
export const offsetOf = ({ offsets }: Tile, output: number): number =>
  offsets === undefined ? output : offsets[output];

/** The output of each column of a tile's window, -1 for one that is passed over. */
export function outputsOf({ window, offsets }: Tile): Int32Array {
  if (offsets === undefined) return Int32Array.from({ length: window.columns }, (_, offset) => offset);
  const outputs = new Int32Array(window.columns).fill(-1);
  for (const [output, offset] of offsets.entries()) outputs[offset] = output;
  return outputs;
}

/** Columns of a tile's window up to that of its last output of `outputs`. */
export const spanOf = (tile: Tile, outputs: number): number =>
  outputs === 0 ? 0 : offsetOf(tile, outputs - 1) + 1;

/** Codes [..., outputs] of the first outputs of a tile among those of its columns, [..., `spanOf`]. */
export function codesOfOutputs(codes: Int16Array, tile: Tile, outputs: number): Int16Array {
  const { offsets } = tile;
  const span = spanOf(tile, outputs);
  if (offsets === undefined || span === outputs) return codes;
  const picked = new Int16Array((codes.length / span) * outputs);
  for (let start = 0, at = 0; start < codes.length; start += span)
    for (let output = 0; output < outputs; output++, at++) picked[at] = codes[start + offsets[output]];
  return picked;
}

/** These spared columns and those, each once. */
export function joinSpared(
  these: readonly SparedColumns[],
  those: readonly SparedColumns[],
): SparedColumns[] {
  const byCore = new Map<number, Set<number>>();
  for (const { core, columns } of [...these, ...those])
    byCore.set(core, new Set([...(byCore.get(core) ?? []), ...columns]));
  return [...byCore]
    .map(([core, columns]) => ({ core, columns: [...columns].sort((one, other) => one - other) }))
    .sort((one, other) => one.core - other.core);
}

/** Outputs of a layer on one core that sit elsewhere than they would on a chip without faults. */
export interface MovedColumns {
  layer: string;
  /** Cores and columns, output by output. */
  from: SparedColumns;
  to: SparedColumns;
}

/** What differs between the plan for a chip without faults and the plan that is used; empty if nothing does. */
export function movedColumns(intact: Plan, used: Plan): MovedColumns[] {
  return used.placements.flatMap((placement, index) => {
    const before = coresOf(intact.placements[index]);
    return coresOf(placement).flatMap((to, part): MovedColumns[] => {
      const from = before[part];
      const moved = to.columns
        .map((_, output) => output)
        .filter((output) => from.core !== to.core || from.columns[output] !== to.columns[output]);
      if (moved.length === 0) return [];
      const only = ({ core, columns }: SparedColumns) => ({ core, columns: moved.map((at) => columns[at]) });
      return [{ layer: placement.shape.layer.name, from: only(from), to: only(to) }];
    });
  });
}

/** Core of each part of a layer, and the column of each output there. */
const coresOf = ({ tiles, outputs }: Placement): SparedColumns[] =>
  tiles.flatMap((tile) =>
    Array.from({ length: tile.cores }, (_, part) => ({
      core: tile.core + part,
      columns: Array.from(
        { length: outputs },
        (_, output) => tile.window.columnStart + offsetOf(tile, output),
      ),
    })),
  );
