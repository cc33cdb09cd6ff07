import { Command, Option } from 'commander';
import { withBoard } from '../board.js';
import { type BoardOptions, boardOption, duration, jsonOption, tokenOption } from '../options.js';
import { print } from '../output.js';

export const clock = new Command('clock')
  .description("read an emulated board's clock, or move it forward")
  .addOption(new Option('--advance <time>', 'how far: 90s, 15m, 1h, 30d, 1y').argParser(duration))
  .addOption(boardOption())
  .addOption(tokenOption())
  .addOption(jsonOption())
  .action(async (options: BoardOptions & { advance?: number; json?: boolean }) => {
    const seconds = await withBoard(options, async (board) =>
      options.advance === undefined ? (await board.status()).clock : board.advanceClock(options.advance),
    );
    print({ clockSeconds: seconds }, `The board's clock reads ${seconds} s.`, options.json);
  });
