import { Command } from 'commander';
import type { CalibrationReport } from '../../../runtime/index.js';
import { writeWhole } from '../../../network/node/index.js';
import { withBoard } from '../../board/board.js';
import { calibrateShown } from '../../board/calibrating.js';
import { type BoardOptions, boardOption, jsonOption, seedOption, tokenOption } from '../../options.js';
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
  .description('measure gain and offset of every column and set the digital unit so that they are undone')
  .option('--dry-run', 'measure and report, but change nothing on the board')
  .option('--record <json>', 'also write the whole record, column by column, to this file')
  .option('--out <html>', 'also write a page with the columns before and after')
  .addOption(seedOption())
  .addOption(boardOption())
  .addOption(tokenOption())
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
      ? ` ${columnsUnmeasured} hold too little to be measured${report.dryRun ? '; without --dry-run they are programmed with a reference' : ''}.`
      : '';
  return [
    `${columnsMeasured} columns measured: gains spread by ${(100 * report.gainSpread).toFixed(2)} %, offsets by ${report.offsetSpreadCodes.toFixed(2)} codes.${unmeasured}`,
    `Greatest standard errors: gain ${report.gainErrorCodes.toFixed(2)} codes at full scale, offset ${report.offsetErrorCodes.toFixed(3)} codes; nonlinearity at most ${report.nonlinearityCodes.toFixed(1)} codes.`,
    `${report.multiplications} vectors multiplied, ${report.reads} reads of a core, ${report.devicesProgrammed} devices programmed with a reference and back.`,
    report.dryRun ? 'Nothing was written: a dry run.' : 'The board is calibrated.',
  ].join('\n');
}
