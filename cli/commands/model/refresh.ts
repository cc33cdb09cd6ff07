import { Option } from 'commander';
import { loadModel } from '../../../network/node/index.js';
import { refresh as refreshModel } from '../../../runtime/index.js';
import { withBoard } from '../../board/board.js';
import { levels, wholeNumber } from '../../arguments.js';
import { BoardCommand, type BoardOptions, jsonOption } from '../../options.js';
import { type AllowFaultsOptions, allowFaultsOption, endSound } from '../../board/soundness.js';
import { print } from '../../terminal/output.js';
import { showProgress } from '../../terminal/progress.js';

interface RefreshOptions extends BoardOptions, AllowFaultsOptions {
  tolerance: number;
  reads: number;
  json?: boolean;
}

export const refresh = new BoardCommand('refresh')
  .description('reprogram the pairs of a flashed model whose conductances have moved off their targets')
  .argument('<model>', 'model file (safetensors) that the board holds')
  .addOption(
    new Option(
      '--tolerance <levels>',
      'deviation of a polarity from its target, in levels, that is tolerated',
    )
      .argParser(levels)
      .default(0.5),
  )
  .addOption(new Option('--reads <n>', 'reads to average for each pair').argParser(wholeNumber(1)).default(4))
  .addOption(allowFaultsOption())
  .addBoardOptions()
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
        `${report.refreshed} of ${report.pairs} pairs reprogrammed (${report.devices} devices, ${report.setPulses} SET and ${report.resetPulses} RESET pulses).`,
        `RMS error of the conductances: ${before.toFixed(2)} microsiemens before, ${after.toFixed(2)} after.`,
      ].join('\n'),
      options.json,
    );
    endSound(report, options);
  });
