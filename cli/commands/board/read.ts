import { writeArray } from '../../files/arrays.js';
import { OutputFile } from '../../files/output-file.js';
import { withBoard } from '../../board/board.js';
import { BoardCommand, type BoardOptions, coreOption, jsonOption } from '../../options.js';
import { print } from '../../terminal/output.js';
import { wholeCore } from '../../board/whole-core.js';

export const read = new BoardCommand('read')
  .description('read the conductances of a core')
  .addOption(coreOption())
  .option('--out <npy>', 'file to write: float32 [2, rows, columns] in microsiemens, plus polarity first')
  .addBoardOptions()
  .addOption(jsonOption())
  .action(async (options: BoardOptions & { core: number; out?: string; json?: boolean }) => {
    await using file = await OutputFile.open(options.out);
    const { shape, data } = await withBoard(options, async (board) => {
      const window = wholeCore(board, options.core);
      const conductances = await board.read(options.core, window);
      const microsiemens = Float32Array.from(conductances, (conductance) => conductance / 1000);
      return { shape: [2, window.rows, window.columns], data: microsiemens };
    });
    await writeArray(file, { shape, data });
    const summary = { core: options.core, shape, ...statistics(data) };
    const conductances = options.out ? { out: options.out } : { conductances: nested(data, shape) };
    const text = `Core ${options.core}: conductances from ${summary.least.toFixed(3)} to ${summary.greatest.toFixed(3)}, mean ${summary.mean.toFixed(3)} microsiemens${options.out ? `; written to ${options.out}` : ''}.`;
    print({ ...summary, ...conductances }, text, options.json);
  });

/** The keys are those of the JSON. */
function statistics(data: Float32Array): { least: number; greatest: number; mean: number } {
  let [min, max, sum] = [Infinity, -Infinity, 0];
  for (const value of data) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
  }
  return { least: min, greatest: max, mean: sum / data.length };
}

/** As nested lists, rounded to the nanosiemens that crossed the wire, since float32 is not exact. */
function nested(data: Float32Array, [planes, rows, columns]: number[]): number[][][] {
  return Array.from({ length: planes }, (_, plane) =>
    Array.from({ length: rows }, (_, row) => {
      const start = (plane * rows + row) * columns;
      return Array.from(data.subarray(start, start + columns), (value) => Math.round(value * 1000) / 1000);
    }),
  );
}
