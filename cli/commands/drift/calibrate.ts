import { type CalibrationReport, columnRuns, MAX_CODES_CLIPPED } from '../../../runtime/index.js';
import { OutputFile } from '../../files/output-file.js';
import { withBoard } from '../../board/board.js';
import { calibrateShown } from '../../board/calibrating.js';
import { BoardCommand, type BoardOptions, jsonOption, seedOption } from '../../options.js';
import { counted, percent, print, warn } from '../../terminal/output.js';
import { calibrationPage } from '../../report/calibration-page.js';

interface CalibrateOptions extends BoardOptions {
  dryRun?: boolean;
  record?: string;
  out?: string;
  seed: number;
  json?: boolean;
}

export const calibrate = new BoardCommand('calibrate')
  .description('measure the gain and offset of every column and correct them in the digital unit')
  .option('--dry-run', 'measure and report only; change nothing on the board')
  .option('--record <json>', 'also write the full report, column by column, to this file')
  .option('--out <html>', 'also write a page: the columns before and after')
  .addOption(seedOption())
  .addBoardOptions()
  .addOption(jsonOption())
  .action(async (options: CalibrateOptions) => {
    await using record = await OutputFile.open(options.record);
    await using page = await OutputFile.open(options.out);
    await withBoard(options, async (board) => {
      const report = await calibrateShown(board, options);
      const warnings = calibrationWarnings(report);
      print({ ...report, warnings }, describe(report), options.json);
      warnings.forEach(warn);
      await record.write(() => `${JSON.stringify(report, undefined, 2)}\n`);
      await page.write(() => calibrationPage(report, 2 ** (board.information.adcBits - 1)));
      if (!report.dryRun && report.columnsMeasured === 0) throw new UncalibratedError(UNCALIBRATED);
    });
  });

/** Not one column could be calibrated. */
class UncalibratedError extends Error {
  override readonly name = 'UncalibratedError';
}

const UNCALIBRATED =
  "No column of the board could be calibrated: none answers as it reads; check its devices with 'pcm program' and 'pcm read'.";

function calibrationWarnings({ dryRun, cores }: CalibrationReport): string[] {
  return cores.flatMap(({ core, unmeasured, codesClipped }) => {
    const warnings: string[] = [];
    if (codesClipped > MAX_CODES_CLIPPED)
      warnings.push(
        `Core ${core}: ${percent(codesClipped)} of the codes are at the limits of the converters, so that gains come out too small.`,
      );
    if (!dryRun && unmeasured.length > 0)
      warnings.push(
        `Core ${core}: columns ${columnRuns(unmeasured)} do not answer as they read; they are not calibrated.`,
      );
    return warnings;
  });
}

function describe(report: CalibrationReport): string {
  const { columnsMeasured, columnsUnmeasured } = report;
  const maxClipped = Math.max(...report.cores.map(({ codesClipped }) => codesClipped));
  const unmeasured =
    columnsUnmeasured > 0
      ? ` ${columnsUnmeasured} hold too little conductance to be measured${report.dryRun ? '; without --dry-run, a reference is programmed to them for the measurement' : ''}.`
      : '';
  return [
    `${columnsMeasured} columns measured: gains spread by ${percent(report.gainSpread, 2)}, offsets by ${report.offsetSpreadCodes.toFixed(2)} codes.${unmeasured}`,
    `Maximum standard errors: gain ${report.gainErrorCodes.toFixed(2)} codes at full scale, offset ${report.offsetErrorCodes.toFixed(3)} codes; nonlinearity up to ${report.nonlinearityCodes.toFixed(1)} codes. On the worst core, ${percent(maxClipped)} of the codes were at the limits of the converters.`,
    `${counted(report.multiplications, 'vector')} multiplied, ${counted(report.reads, 'read')} of a core, ${counted(report.devicesProgrammed, 'device')} programmed to a reference and back.`,
    outcome(report),
  ].join('\n');
}

function outcome({ dryRun, columnsMeasured, columnsUnmeasured }: CalibrationReport): string {
  if (dryRun) return 'This was a dry run: nothing was changed.';
  if (columnsUnmeasured === 0) return 'The board is calibrated.';
  return `${columnsMeasured} of ${columnsMeasured + columnsUnmeasured} columns are calibrated.`;
}
