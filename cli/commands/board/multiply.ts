import { Command } from 'commander';
import { readArray, writeArray } from '../../files/arrays.js';
import { withBoard } from '../../board/board.js';
import {
  type BoardOptions,
  boardOption,
  coreOption,
  jsonOption,
  tokenOption,
  waitOption,
} from '../../options.js';
import { print } from '../../terminal/output.js';
import { wholeCore } from '../../board/whole-core.js';

export const multiply = new Command('multiply')
  .description('multiply input vectors by the conductances of a core')
  .addOption(coreOption())
  .requiredOption(
    '--inputs <npy>',
    'file to read: int8 [batch, rows], input codes from -127 to 127 (required)',
  )
  .requiredOption('--out <npy>', 'file to write: int16 [batch, columns], output codes (required)')
  .addOption(boardOption())
  .addOption(tokenOption())
  .addOption(waitOption())
  .addOption(jsonOption())
  .action(async (options: BoardOptions & { core: number; inputs: string; out: string; json?: boolean }) => {
    const shape = await withBoard(options, async (board) => {
      const window = wholeCore(board, options.core);
      const inputs = await readArray(options.inputs, Int8Array, ['batch', window.rows]);
      const codes = await board.multiply(options.core, 1, window, inputs.data);
      await writeArray(options.out, { shape: [inputs.shape[0], window.columns], data: codes });
      return [inputs.shape[0], window.columns];
    });
    const text = `${shape[0]} vectors multiplied; codes int16 [${shape.join(', ')}] written to ${options.out}.`;
    print({ core: options.core, shape, out: options.out }, text, options.json);
  });
