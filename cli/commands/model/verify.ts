import { Option } from 'commander';
import { loadModel } from '../../../network/node/index.js';
import { UnsoundError, verify as verifyModel } from '../../../runtime/index.js';
import { share } from '../../arguments.js';
import { withBoard } from '../../board/board.js';
import { type AllowFaultsOptions, allowFaultsOption, endSound } from '../../board/soundness.js';
import { BoardCommand, type BoardOptions, jsonOption } from '../../options.js';
import { percent, print } from '../../terminal/output.js';
import { showProgress } from '../../terminal/progress.js';

interface VerifyOptions extends BoardOptions, AllowFaultsOptions {
  min?: number;
  json?: boolean;
}

export const verify = new BoardCommand('verify')
  .description('read a flashed model back and compare it with its file')
  .argument('<model>', 'model file (safetensors)')
  .addOption(
    new Option(
      '--min <share>',
      'end with exit code 1 if a smaller share of the devices, 0 to 1, is within half a level',
    ).argParser(share),
  )
  .addOption(allowFaultsOption())
  .addBoardOptions()
  .addOption(jsonOption())
  .action(async (path: string, options: VerifyOptions) => {
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
    if (options.min !== undefined && converged < options.min * devices)
      throw new UnsoundError(
        `Only ${percent(converged / devices)} of the devices read back within half a level, --min asks for ${percent(options.min)}; run 'pcm refresh', or flash again.`,
      );
  });
