import { Command } from 'commander';
import { discoverBoards, type FoundBoard, testIds, udevRule } from '../../../drivers/node/index.js';
import { jsonOption, tokenOption } from '../../options.js';
import { print, say, table } from '../../terminal/output.js';

interface ListOptions {
  port?: string[];
  token: string;
  udevRules?: boolean;
  json?: boolean;
}

export const list = new Command('list')
  .description('find boards on USB and serial ports, and running emulators')
  .option('--port <path...>', 'also try these serial ports, even if they do not look like boards')
  .option('--udev-rules', 'print the udev rule that lets every user of a Linux machine use boards over USB')
  .addOption(tokenOption())
  .addOption(jsonOption())
  .action(async ({ port, token, udevRules, json }: ListOptions) => {
    if (udevRules) return print({ rules: [udevRule(testIds)] }, udevRule(testIds), json);
    const { boards, notes } = await discoverBoards({ ports: port ?? [], token });
    for (const note of notes) say(note);
    print({ boards: boards.map(summary), notes }, describe(boards), json);
  });

const summary = ({ board, over, information, problem }: FoundBoard) => ({
  board,
  over,
  product: information?.product ?? null,
  serial: information?.serial ?? null,
  profile: information?.profile ?? null,
  problem: problem ?? null,
});

function describe(boards: readonly FoundBoard[]): string {
  if (boards.length === 0) {
    return "No board was found. Plug one in, name its serial port with --port, or start an emulator with 'pcm emulate'.";
  }
  const rows = boards.map(({ board, information, problem }) => [
    board,
    information?.product ?? '',
    information?.serial ?? '',
    problem ?? '',
  ]);
  return table([['board', 'product', 'serial', ''], ...rows]);
}
