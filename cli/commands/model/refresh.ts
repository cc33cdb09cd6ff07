import { Command, InvalidArgumentError, Option } from 'commander';
import { loadModel } from '../../../network/node/index.js';
import { refresh as refreshModel } from '../../../runtime/index.js';
import { withBoard } from '../../board/board.js';
import { type AllowFaultsOptions, allowFaultsOption, endSound } from '../../board/soundness.js';
import { type BoardOptions, boardOption, jsonOption, tokenOption, wholeNumber } from '../../options.js';
import { print } from '../../terminal/output.js';
import { showProgress } from '../../terminal/progress.js';

interface RefreshOptions extends BoardOptions, AllowFaultsOptions {
  tolerance: number;
  reads: number;
  json?: boolean;
}

function levels(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 7))
    throw new InvalidArgumentError('Write a number of levels above 0, up to 7.');
  return value;
}

export const refresh = new Command('refresh')
  .description(
    'program the pairs of a flashed model anew that drift or many updates have moved off their targets',
  )
  .argument('<model>', 'model file (safetensors) that the board holds')
  .addOption(
    new Option('--tolerance <levels>', 'deviation of a polarity from its target that is left alone')
      .argParser(levels)
      .default(0.5),
  )
  .addOption(
    new Option('--reads <n>', 'reads that are averaged to judge a pair').argParser(wholeNumber(1)).default(4),
  )
  .addOption(allowFaultsOption())
  .addOption(boardOption())
  .addOption(tokenOption())
  .addOption(jsonOption())
  .action(async (path: string, options: RefreshOptions) => {
    const model = await loadModel(path);
    const progress = showProgress('refreshing');
    const report = await withBoard(options, (board) =>
      refreshModel(board, model, {
        ...options,
        onProgress: (done, total) => progress.update(done, total),
      }),
    ).finally(() => progress.end());
    const { before, after } = report.rmsErrorMicrosiemens;
    print(
      report,
      [
        `${report.refreshed} of ${report.pairs} pairs programmed anew (${report.devices} devices, ${report.setPulses} SET and ${report.resetPulses} RESET pulses).`,
        `Root mean square error of the conductances ${before.toFixed(2)} uS before, ${after.toFixed(2)} uS after.`,
      ].join('\n'),
      options.json,
    );
    endSound(report, options);
  });
