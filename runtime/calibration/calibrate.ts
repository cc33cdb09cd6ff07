import type { Board, ColumnAffine, Information } from '../../drivers/index.js';
import { standardDeviation } from '../../network/index.js';
import { type Calibration, readRecord, writeRecord } from '../flash/board-record.js';
import type { ColumnEstimate } from './column-estimate.js';
import { columnSettings, isMeasured, remaining } from './column-settings.js';
import { CoreMeasurement } from './core-measurement.js';
import { type LinearityBin, measureLinearity, nonlinearityOf } from './linearity.js';
import { blankColumns, withReference } from './reference-pattern.js';

export interface CalibrationOptions {
  /** Measures and reports, but changes nothing on the board: neither devices, nor digital unit, nor record. */
  dryRun?: boolean;
  seed?: number;
  /** Rounds of a core at most; one is two reads of the core and four sets of probes. */
  maxRounds?: number;
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

/** One core: gains and offsets of its columns, behind the digital unit as it was and as it is now. */
export interface CoreCalibration {
  core: number;
  columns: ColumnEstimate[];
  before: { gain: number; offset: number }[];
  after: { gain: number; offset: number }[];
  /** Columns that hold too little conductance for their gain to be seen. */
  unmeasured: number[];
  linearity: LinearityBin[];
}

export interface CalibrationReport extends Calibration {
  dryRun: boolean;
  cores: CoreCalibration[];
}

/** Standard error that is aimed at, in codes: of the offset, and of the gain at full scale. */
const AIM = 0.5;
const DEFAULT_ROUNDS = 64;
/** Rounds between two looks at the standard errors. */
const ROUNDS_PER_LOOK = 4;
/**
 * Standard errors by which a column of a calibrated board must be off before it is set anew: two calibrations of an unchanged
 * board differ by less, so that the second changes nothing.
 */
const CALIBRATED_TOLERANCE = 6;

/**
 * Measures gain and offset of every column with known inputs and writes the digital unit's scale and offset that undo them, so
 * that a code stands for the nominal step on every column. The reference for the gain are the conductances themselves, read
 * back; columns that hold none are programmed with a reference for the time being. Averages until the standard errors are
 * below half a code. The record goes to the board's user area.
 */
export async function calibrate(board: Board, options: CalibrationOptions = {}): Promise<CalibrationReport> {
  const { dryRun = false, seed = 1 } = options;
  const { information } = board;
  const whole = { rowStart: 0, rows: information.rows, columnStart: 0, columns: information.columns };
  const cores = Array.from({ length: information.cores }, (_, core) => core);
  const blank: number[][] = [];
  for (const core of cores) {
    const read = await board.read(core, whole);
    blank.push(dryRun ? [] : blankColumns(read, information.columns, information.conductanceMax));
  }
  const { calibration } = await readRecord(board);
  if (!dryRun && calibration)
    await writeRecord(board, { ...(await readRecord(board)), calibration: undefined });
  const tolerance = calibration?.serial === information.serial ? CALIBRATED_TOLERANCE : 0;
  const measurements = cores.map((core) => new CoreMeasurement(board, core, seed));
  const results = await withReference(board, blank, seed, async () => {
    const done: CoreCalibration[] = [];
    for (const measurement of measurements)
      done.push(await calibrateCore(board, measurement, tolerance, options));
    return done;
  });
  const record = summarise(board, results, {
    clock: (await board.status()).clock,
    multiplications: measurements.reduce((sum, { multiplications }) => sum + multiplications, 0),
    reads: measurements.reduce((sum, { reads }) => sum + reads, 0),
    devicesProgrammed: 2 * blank.flat().length * information.rows * 2 * information.devicesPerPolarity,
  });
  if (!dryRun) await writeRecord(board, { ...(await readRecord(board)), calibration: record });
  return { ...record, dryRun, cores: results };
}

async function calibrateCore(
  board: Board,
  measurement: CoreMeasurement,
  tolerance: number,
  options: CalibrationOptions,
): Promise<CoreCalibration> {
  const { information } = board;
  const { scaleFractionBits } = information;
  const { core } = measurement;
  const { columns } = measurement.window;
  const present = await board.readColumns(core, 0, columns);
  let settings = present;
  let estimates: ColumnEstimate[];
  try {
    if (!options.dryRun) await board.writeColumns(core, 0, identity(columns, scaleFractionBits));
    estimates = await average(measurement, information, options);
    if (!options.dryRun) settings = columnSettings(estimates, present, scaleFractionBits, tolerance);
  } finally {
    if (!options.dryRun) await board.writeColumns(core, 0, settings);
  }
  const after = remaining(estimates, settings, scaleFractionBits);
  return {
    core,
    columns: estimates,
    before: remaining(estimates, present, scaleFractionBits),
    after,
    unmeasured: estimates.flatMap((estimate, column) => (isMeasured(estimate) ? [] : [column])),
    linearity: await measureLinearity(measurement, after, information, (options.seed ?? 1) + 1),
  };
}

/** The digital unit that changes nothing: behind any other, its rounding would hide small gains. */
const identity = (columns: number, fractionBits: number): ColumnAffine => ({
  scales: new Int16Array(columns).fill(2 ** fractionBits),
  offsets: new Int16Array(columns),
});

/** Measures until the standard errors are as small as aimed at. */
async function average(
  measurement: CoreMeasurement,
  { cores, adcBits }: Information,
  { maxRounds = DEFAULT_ROUNDS, signal, onProgress }: CalibrationOptions,
): Promise<ColumnEstimate[]> {
  const { core } = measurement;
  let estimates: ColumnEstimate[] = [];
  for (let round = 1; round <= maxRounds; round++) {
    signal?.throwIfAborted();
    await measurement.round();
    onProgress?.(core * maxRounds + round, cores * maxRounds);
    if (round % ROUNDS_PER_LOOK !== 0 && round < maxRounds) continue;
    estimates = measurement.estimates();
    if (estimates.filter(isMeasured).every((estimate) => isPrecise(estimate, adcBits))) break;
  }
  onProgress?.((core + 1) * maxRounds, cores * maxRounds);
  return estimates;
}

const isPrecise = ({ gain, gainError, offsetError }: ColumnEstimate, adcBits: number): boolean =>
  (gainError / gain) * 2 ** (adcBits - 1) < AIM && offsetError < AIM;

function summarise(
  { information }: Board,
  cores: readonly CoreCalibration[],
  spent: Pick<Calibration, 'clock' | 'multiplications' | 'reads' | 'devicesProgrammed'>,
): Calibration {
  const measured = cores.flatMap(({ columns }) => columns.filter(isMeasured));
  const fullScale = 2 ** (information.adcBits - 1);
  const most = (values: number[]) => values.reduce((greatest, value) => Math.max(greatest, value), 0);
  const curves = cores.map(({ linearity }) => linearity);
  return {
    at: new Date().toISOString(),
    profile: information.profile,
    serial: information.serial,
    columnsMeasured: measured.length,
    columnsUnmeasured: cores.reduce((sum, { unmeasured }) => sum + unmeasured.length, 0),
    gainSpread: standardDeviation(measured.map(({ gain }) => gain)),
    offsetSpreadCodes: standardDeviation(measured.map(({ offset }) => offset)),
    gainErrorCodes: most(measured.map(({ gain, gainError }) => (gainError / gain) * fullScale)),
    offsetErrorCodes: most(measured.map(({ offsetError }) => offsetError)),
    nonlinearityCodes: most(curves.map((curve) => nonlinearityOf(curve, information.adcBits))),
    ...spent,
  };
}
