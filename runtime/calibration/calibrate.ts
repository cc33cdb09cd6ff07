import type { Board, ColumnAffine, Information } from '../../drivers/index.js';
import { standardDeviation } from '../../network/index.js';
import { type Calibration, readRecord, writeRecord } from '../flash/board-record.js';
import type { ColumnEstimate } from './column-estimate.js';
import { columnSettings, isMeasured, remaining } from './column-settings.js';
import { CoreMeasurement } from './core-measurement.js';
import { type LinearityBin, measureLinearity, nonlinearityOf } from './linearity.js';
import { blankColumns, withReference } from './reference-pattern.js';

/** How to calibrate. */
export interface CalibrationOptions {
  /**
   * Measures and reports, but changes nothing on the board: neither devices, nor digital unit, nor record.
   */
  dryRun?: boolean;
  /** Seed of the probes; 1 by default. */
  seed?: number;
  /** Maximum number of rounds for each core; a round is two reads of the core and four sets of probes. */
  maxRounds?: number;
  /** Ends the calibration before the next round. The board is then as before, and this rejects with the reason. */
  signal?: AbortSignal;
  /** Counts rounds of all cores. */
  onProgress?: (done: number, total: number) => void;
}

/** Gains and offsets of the columns of one core, before and after the digital unit was set. */
export interface CoreCalibration {
  core: number;
  /** Converters of the columns, without the digital unit. */
  columns: ColumnEstimate[];
  /** Gain and offset (codes) behind the digital unit as it was. */
  before: { gain: number; offset: number }[];
  /** The same as it is now. */
  after: { gain: number; offset: number }[];
  /** Columns with too little conductance to measure their gain. */
  unmeasured: number[];
  /** Share of the codes that were measured from at the limit of the converter. */
  codesClipped: number;
  /** Mean codes against those expected. */
  linearity: LinearityBin[];
}

/** Results of a calibration, column by column. */
export interface CalibrationReport extends Calibration {
  dryRun: boolean;
  cores: CoreCalibration[];
}

/** Target for the standard errors, in codes: of the offset, and of the gain at full scale. */
const AIM = 0.5;
const DEFAULT_ROUNDS = 64;
/** Rounds between two checks of the standard errors. */
const ROUNDS_PER_LOOK = 4;
/**
 * Standard errors by which a column of a calibrated board must be off before it is set again. Two
 * calibrations of an unchanged board differ by less, so that the second changes nothing.
 */
const CALIBRATED_TOLERANCE = 6;

/**
 * Measures gain and offset of every column with known inputs, and sets scale and offset of the digital unit
 * to undo them: a code then stands for the nominal step on every column. The reference for the gain are the
 * conductances, read back; blank columns are programmed with a reference while it runs. Averages until the
 * standard errors are below half a code. The record goes to the board's user area. If it fails or is aborted,
 * the digital unit and the record are restored; if the link or the power fails, the record says that a
 * calibration was interrupted. Errors: the board's `Refusal`, `LinkError`; the signal's reason if it was
 * aborted.
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
  const tolerance = calibration?.serial === information.serial ? CALIBRATED_TOLERANCE : 0;
  const measurements = cores.map((core) => new CoreMeasurement(board, core, seed));
  const measure = () =>
    withReference(board, blank, seed, async () => {
      const done: CoreCalibration[] = [];
      for (const measurement of measurements)
        done.push(await calibrateCore(board, measurement, tolerance, options));
      return done;
    });
  const results = dryRun ? await measure() : await restoringOnFailure(board, measure);
  const record = summarise(board, results, {
    clock: (await board.status()).clock,
    multiplications: measurements.reduce((sum, { multiplications }) => sum + multiplications, 0),
    reads: measurements.reduce((sum, { reads }) => sum + reads, 0),
    devicesProgrammed: 2 * blank.flat().length * information.rows * 2 * information.devicesPerPolarity,
  });
  if (!dryRun)
    await writeRecord(board, {
      ...(await readRecord(board)),
      calibration: record,
      calibrationInterrupted: undefined,
    });
  return { ...record, dryRun, cores: results };
}

/** Sets the digital unit and the record back to what they were if `work` fails. Errors: those of `work`. */
async function restoringOnFailure<T>(board: Board, work: () => Promise<T>): Promise<T> {
  const { cores, columns } = board.information;
  const before: ColumnAffine[] = [];
  for (let core = 0; core < cores; core++) before.push(await board.readColumns(core, 0, columns));
  const { calibration, calibrationInterrupted, ...record } = await readRecord(board);
  await writeRecord(board, { ...record, calibrationInterrupted: true });
  const restore = async () => {
    for (const [core, settings] of before.entries()) await board.writeColumns(core, 0, settings);
    await writeRecord(board, { ...(await readRecord(board)), calibration, calibrationInterrupted });
  };
  try {
    return await work();
  } catch (error) {
    await restore().catch(() => undefined); // over a lost link; the record then says it
    throw error;
  }
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
    codesClipped: measurement.codesClipped,
    linearity: await measureLinearity(measurement, after, information, (options.seed ?? 1) + 1),
  };
}

/** A digital unit that changes nothing: any other would hide small gains by its rounding. */
const identity = (columns: number, fractionBits: number): ColumnAffine => ({
  scales: new Int16Array(columns).fill(2 ** fractionBits),
  offsets: new Int16Array(columns),
});

/** Measures until the standard errors have reached their target. */
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
  const maximum = (values: number[]) => values.reduce((highest, value) => Math.max(highest, value), 0);
  const curves = cores.map(({ linearity }) => linearity);
  return {
    at: new Date().toISOString(),
    profile: information.profile,
    serial: information.serial,
    columnsMeasured: measured.length,
    columnsUnmeasured: cores.reduce((sum, { unmeasured }) => sum + unmeasured.length, 0),
    gainSpread: standardDeviation(measured.map(({ gain }) => gain)),
    offsetSpreadCodes: standardDeviation(measured.map(({ offset }) => offset)),
    gainErrorCodes: maximum(measured.map(({ gain, gainError }) => (gainError / gain) * fullScale)),
    offsetErrorCodes: maximum(measured.map(({ offsetError }) => offsetError)),
    nonlinearityCodes: maximum(curves.map((curve) => nonlinearityOf(curve, information.adcBits))),
    ...spent,
  };
}
