import { forgetModel } from '../../../runtime/index.js';
import { NpyError } from '../../../data/index.js';
import { readArray } from '../../files/arrays.js';
import { withBoard } from '../../board/board.js';
import { BoardCommand, type BoardOptions, coreOption, jsonOption } from '../../options.js';
import { percent, print, warn } from '../../terminal/output.js';
import { showProgress } from '../../terminal/progress.js';
import { wholeCore } from '../../board/whole-core.js';

export const program = new BoardCommand('program')
  .description('program a core to target conductances; the board runs program-and-verify')
  .addOption(coreOption())
  .requiredOption(
    '--targets <npy>',
    'file to read: float32 [2, rows, columns] in microsiemens, plus polarity first (required)',
  )
  .addBoardOptions()
  .addOption(jsonOption())
  .action(async (options: BoardOptions & { core: number; targets: string; json?: boolean }) => {
    const report = await withBoard(options, async (board) => {
      const window = wholeCore(board, options.core);
      const { data } = await readArray(options.targets, Float32Array, [2, window.rows, window.columns]);
      const targets = nanosiemens(data, board.information.conductanceMax, options.targets);
      await forgetModel(board);
      const progress = showProgress('programming');
      return board
        .program(options.core, window, targets, {
          onProgress: ({ done, total }) => progress.update(done, total),
        })
        .finally(() => progress.end());
    });
    const { rmsError, ...rest } = report;
    const result = { ...rest, rmsErrorMicrosiemens: rmsError / 1000 };
    const text = `${report.converged} of ${report.pairs} pairs converged, RMS error ${(rmsError / 1000).toFixed(3)} microsiemens.`;
    const warnings =
      report.converged < MIN_CONVERGED * report.pairs
        ? [
            `Only ${percent(report.converged / report.pairs)} of the pairs converged; look for dead or stuck devices with 'pcm read'.`,
          ]
        : [];
    print({ ...result, warnings }, text, options.json);
    warnings.forEach(warn);
  });

/** Share of the pairs below which a user is warned: chips that are sound reach more at once. */
const MIN_CONVERGED = 0.5;

/** Targets in nanosiemens. Errors: `NpyError` for a target that no polarity of the chip can hold. */
function nanosiemens(microsiemens: Float32Array, max: number, path: string): Uint16Array {
  const position = microsiemens.findIndex((target) => !(target >= 0 && Math.round(target * 1000) <= max));
  if (position >= 0) {
    throw new NpyError(
      `${path} asks for ${Number(microsiemens[position].toPrecision(5))} microsiemens at element ${position}; targets go from 0 to ${max / 1000}.`,
    );
  }
  return Uint16Array.from(microsiemens, (target) => Math.round(target * 1000));
}
