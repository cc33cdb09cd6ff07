import { countClipped, MAX_CODES_CLIPPED, readLimits } from '../../../runtime/index.js';
import { readArray, writeArray } from '../../files/arrays.js';
import { OutputFile } from '../../files/output-file.js';
import { withBoard } from '../../board/board.js';
import { BoardCommand, type BoardOptions, coreOption, jsonOption } from '../../options.js';
import { counted, percent, print, warn } from '../../terminal/output.js';
import { wholeCore } from '../../board/whole-core.js';

export const multiply = new BoardCommand('multiply')
  .description('multiply input vectors by the conductances of a core')
  .addOption(coreOption())
  .requiredOption(
    '--inputs <npy>',
    'file to read: int8 [batch, rows], input codes from -127 to 127 (required)',
  )
  .requiredOption('--out <npy>', 'file to write: int16 [batch, columns], output codes (required)')
  .addBoardOptions()
  .addOption(jsonOption())
  .action(async (options: BoardOptions & { core: number; inputs: string; out: string; json?: boolean }) => {
    await using file = await OutputFile.open(options.out);
    const { shape, clipped } = await withBoard(options, async (board) => {
      const window = wholeCore(board, options.core);
      const inputs = await readArray(options.inputs, Int8Array, ['batch', window.rows]);
      const codes = await board.multiply(options.core, 1, window, inputs.data);
      await writeArray(file, { shape: [inputs.shape[0], window.columns], data: codes });
      const clipped =
        countClipped(codes, await readLimits(board, options.core, window)) / Math.max(1, codes.length);
      return { shape: [inputs.shape[0], window.columns], clipped };
    });
    const text = `${counted(shape[0], 'vector')} multiplied; codes int16 [${shape.join(', ')}] written to ${options.out}, ${percent(clipped)} of them at the limit of their converter.`;
    const warnings =
      clipped > MAX_CODES_CLIPPED
        ? [`${percent(clipped)} of the codes are at the limit of their converter; multiply smaller inputs.`]
        : [];
    print(
      { core: options.core, shape, out: options.out, codesClipped: clipped, warnings },
      text,
      options.json,
    );
    warnings.forEach(warn);
  });
