import { Command } from 'commander';
import { loadModel } from '../../../network/node/index.js';
import { verify as verifyModel } from '../../../runtime/index.js';
import { withBoard } from '../../board/board.js';
import { type AllowFaultsOptions, allowFaultsOption, endSound } from '../../board/soundness.js';
import { type BoardOptions, boardOption, jsonOption, tokenOption, waitOption } from '../../options.js';
import { percent, print } from '../../terminal/output.js';
import { showProgress } from '../../terminal/progress.js';

export const verify = new Command('verify')
  .description('read a flashed model back and compare it with its file')
  .argument('<model>', 'model file (safetensors)')
  .addOption(allowFaultsOption())
  .addOption(boardOption())
  .addOption(tokenOption())
  .addOption(waitOption())
  .addOption(jsonOption())
  .action(async (path: string, options: BoardOptions & AllowFaultsOptions & { json?: boolean }) => {
    const model = await loadModel(path);
    const begin = performance.now();
    const progress = showProgress('reading');
    const verified = await withBoard(options, (board) =>
      verifyModel(board, model, (done, total) => progress.update(done, total)),
    ).finally(() => progress.end());
    const { devices, converged, rmsErrorMicrosiemens } = verified;
    const report = {
      ...verified,
      iterations: 0,
      seconds: (performance.now() - begin) / 1000,
      resumed: false,
    };
    const text = `${percent(converged / devices)} of ${devices} devices read back within half a level, RMS error ${rmsErrorMicrosiemens.toFixed(3)} microsiemens.`;
    print(report, text, options.json);
    endSound(report, options);
  });
