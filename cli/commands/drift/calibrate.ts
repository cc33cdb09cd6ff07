import { Command } from 'commander';
import type { CalibrationReport } from '../../../runtime/index.js';
import { writeWhole } from '../../../network/node/index.js';
import { withBoard } from '../../board/board.js';
import { calibrateShown } from '../../board/calibrating.js';
import {
  type BoardOptions,
  boardOption,
  jsonOption,
  seedOption,
  tokenOption,
  waitOption,
} from '../../options.js';
import { print } from '../../terminal/output.js';
import { calibrationPage } from '../../report/calibration-page.js';

interface CalibrateOptions extends BoardOptions {
  dryRun?: boolean;
  record?: string;
  out?: string;
  seed: number;
  json?: boolean;
}

export const calibrate = new Command('calibrate')
  .description('measure the gain and offset of every column and correct them in the digital unit')
  .option('--dry-run', 'measure and report only; change nothing on the board')
  .option('--record <json>', 'also write the full report, column by column, to this file')
  .option('--out <html>', 'also write a page: the columns before and after')
  .addOption(seedOption())
  .addOption(boardOption())
  .addOption(tokenOption())
  .addOption(waitOption())
  .addOption(jsonOption())
  .action(async (options: CalibrateOptions) => {
    await withBoard(options, async (board) => {
      const report = await calibrateShown(board, options);
      if (options.record !== undefined)
        await writeWhole(options.record, `${JSON.stringify(report, undefined, 2)}\n`);
      if (options.out !== undefined)
        await writeWhole(options.out, calibrationPage(report, 2 ** (board.information.adcBits - 1)));
      print(report, describe(report), options.json);
    });
  });

function describe(report: CalibrationReport): string {
  const { columnsMeasured, columnsUnmeasured } = report;
  const unmeasured =
    columnsUnmeasured > 0
      ? ` ${columnsUnmeasured} hold too little conductance to be measured${report.dryRun ? '; without --dry-run, a reference is programmed to them for the measurement' : ''}.`
      : '';
  return [
    `${columnsMeasured} columns measured: gains spread by ${(100 * report.gainSpread).toFixed(2)} %, offsets by ${report.offsetSpreadCodes.toFixed(2)} codes.${unmeasured}`,
    `Maximum standard errors: gain ${report.gainErrorCodes.toFixed(2)} codes at full scale, offset ${report.offsetErrorCodes.toFixed(3)} codes; nonlinearity at most ${report.nonlinearityCodes.toFixed(1)} codes.`,
    `${report.multiplications} vectors multiplied, a core read ${report.reads} times, ${report.devicesProgrammed} devices programmed to a reference and back.`,
    report.dryRun ? 'This was a dry run: nothing was changed.' : 'The board is calibrated.',
  ].join('\n');
}
