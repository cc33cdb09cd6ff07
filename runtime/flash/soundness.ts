import { MAX_LEVEL } from '../../network/index.js';
import type { BoardRecord } from './board-record.js';
import type { Region } from './regions.js';

/** Columns of a layer that do not hold what they should. */
export interface Fault {
  layer: string;
  core: number;
  /** Columns of the core, counted from 0, in ascending order. */
  columns: number[];
  /** A clause such as `read nearly nothing`. */
  reason: string;
}

/** Whether a board holds a model well enough to be used. */
export interface Soundness {
  sound: boolean;
  /** Empty if it is sound. */
  faults: Fault[];
}

/** A region as it was read back. */
export interface ReadBack extends Pick<Region, 'layer' | 'core' | 'window' | 'targets' | 'passedOver'> {
  /** [2, rows, columns], nS. */
  conductances: Uint16Array;
}

/** The board does not hold its model soundly; the message names layer, core and columns and says what to do. */
export class UnsoundError extends Error {
  override readonly name = 'UnsoundError';

  static of(faults: readonly Fault[]): UnsoundError {
    return UnsoundError.because(faultSentence(faults));
  }

  /** `faults` is what `faultSentence` says. */
  static because(faults: string): UnsoundError {
    return new UnsoundError(
      `The board does not hold the model soundly: ${faults}; run 'pcm refresh' if it has drifted, or go on with --allow-faults.`,
    );
  }
}

/**
 * Maximum root mean square error of a layer's polarities on one core, in levels: above one level, neighbouring levels
 * can no longer be told apart.
 */
const MAX_LAYER_ERROR = 1;

/**
 * Maximum root mean square error of a column, in levels, and as a share of the root mean square of its targets. A
 * column is at fault if it exceeds both: a large weight that reads a little low is no fault, nor is the noise on
 * small ones. A dead column has an error of exactly its targets, a share of 1; the limit is halfway. Half a level is
 * what counts as converged.
 */
const MAX_COLUMN_ERROR = 0.5;
const MAX_COLUMN_SHARE = 0.5;

/** Judges what was read back from a board against its targets. `conductanceMax` in nS. */
export function soundnessOf(readBacks: readonly ReadBack[], conductanceMax: number): Soundness {
  const level = conductanceMax / MAX_LEVEL;
  const faults = [...byLayerAndCore(readBacks).values()].flatMap((regions) => faultsOf(regions, level));
  return { sound: faults.length === 0, faults };
}

/** Sums over the polarities of a column, in squared levels but for the mean conductances. */
interface ColumnSums {
  column: number;
  polarities: number;
  error: number;
  target: number;
  read: number;
}

function faultsOf(regions: readonly ReadBack[], level: number): Fault[] {
  const { layer, core } = regions[0];
  const columns = regions.flatMap((region) => columnSums(region, level));
  const bad = columns.filter(
    ({ polarities, error, target }) =>
      Math.sqrt(error / polarities) > MAX_COLUMN_ERROR && error > MAX_COLUMN_SHARE ** 2 * target,
  );
  const dead = bad.filter(({ read, target }) => target > 0 && read < target / 100);
  const wrong = bad.filter((column) => !dead.includes(column));
  const faults: Fault[] = [];
  if (dead.length > 0) faults.push({ layer, core, columns: numbers(dead), reason: 'read nearly nothing' });
  if (wrong.length > 0)
    faults.push({
      layer,
      core,
      columns: numbers(wrong),
      reason: `are ${errorText(wrong)} off their targets`,
    });
  const error = rootMeanSquare(columns);
  if (faults.length === 0 && error > MAX_LAYER_ERROR)
    faults.push({
      layer,
      core,
      columns: numbers(columns),
      reason: `are ${errorText(columns)} off their targets`,
    });
  return faults;
}

const numbers = (columns: readonly ColumnSums[]): number[] =>
  columns.map(({ column }) => column).sort((a, b) => a - b);

const errorText = (columns: readonly ColumnSums[]): string =>
  `${rootMeanSquare(columns).toFixed(1)} levels (root mean square)`;

function rootMeanSquare(columns: readonly ColumnSums[]): number {
  const polarities = columns.reduce((sum, column) => sum + column.polarities, 0);
  return Math.sqrt(columns.reduce((sum, { error }) => sum + error, 0) / Math.max(1, polarities));
}

function columnSums({ window, targets, conductances, passedOver }: ReadBack, level: number): ColumnSums[] {
  const sums = Array.from({ length: window.columns }, (_, offset) => ({
    column: window.columnStart + offset,
    polarities: 2 * window.rows,
    error: 0,
    target: 0,
    read: 0,
  }));
  for (const [index, target] of targets.entries()) {
    const column = sums[index % window.columns];
    column.error += ((conductances[index] - target) / level) ** 2;
    column.target += (target / level) ** 2;
    column.read += (conductances[index] / level) ** 2;
  }
  return sums.filter((_, offset) => !passedOver?.has(offset));
}

function byLayerAndCore(readBacks: readonly ReadBack[]): Map<string, ReadBack[]> {
  const groups = new Map<string, ReadBack[]>();
  for (const readBack of readBacks) {
    const key = `${readBack.core} ${readBack.layer}`;
    groups.set(key, [...(groups.get(key) ?? []), readBack]);
  }
  return groups;
}

/** One sentence that names layer, core and columns of the first faults; empty if there are none. */
export function faultSentence(faults: readonly Fault[], maxNamed = MAX_FAULTS_NAMED): string {
  const shown = faults
    .slice(0, maxNamed)
    .map(
      ({ layer, core, columns, reason }) =>
        `layer ${layer}, core ${core}, columns ${columnRuns(columns, MAX_RUNS_NAMED)} ${reason}`,
    );
  const more = faults.length - shown.length;
  return shown.join('; ') + (more > 0 ? `; and ${more} more` : '');
}

const MAX_FAULTS_NAMED = 4;
const MAX_RUNS_NAMED = 6;

/** 0, 1, 2 and 5 as `0-2, 5`. The columns of more runs than `maxRuns` are counted. */
export function columnRuns(columns: readonly number[], maxRuns = Infinity): string {
  const runs: [first: number, last: number][] = [];
  for (const column of columns) {
    const run = runs.at(-1);
    if (run && column === run[1] + 1) run[1] = column;
    else runs.push([column, column]);
  }
  const shown = runs
    .slice(0, maxRuns)
    .map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  const others = runs.slice(maxRuns).reduce((sum, [first, last]) => sum + last - first + 1, 0);
  return [...shown, ...(others > 0 ? [`and ${others} more`] : [])].join(', ');
}

const MAX_RECORDED = 400;

/** What the board's record keeps of the faults, short enough for a small user area. */
export function recordedFaults({ sound, faults }: Soundness): string | undefined {
  if (sound) return undefined;
  for (let named = MAX_FAULTS_NAMED; named > 1; named--) {
    const sentence = faultSentence(faults, named);
    if (sentence.length <= MAX_RECORDED) return sentence;
  }
  return faultSentence(faults, 1).slice(0, MAX_RECORDED);
}

/**
 * The record of a model after it was read back. `unread`: name of a layer that was left out, whose recorded faults
 * stay.
 */
export function recordFaults(
  model: NonNullable<BoardRecord['model']>,
  soundness: Soundness,
  unread?: string,
): NonNullable<BoardRecord['model']> {
  const kept = unread !== undefined && model.faults?.includes(`layer ${unread}, `) ? model.faults : undefined;
  return { ...model, faults: recordedFaults(soundness) ?? kept };
}

/** Errors: `UnsoundError` if the last flash, verify or refresh found the model of this record unsound. */
export function requireSound({ model }: BoardRecord): void {
  if (model?.faults !== undefined) throw UnsoundError.because(model.faults);
}
