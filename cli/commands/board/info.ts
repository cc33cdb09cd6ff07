import { Command } from 'commander';
import { Capability } from '../../../protocol/index.js';
import { readRecord } from '../../../runtime/index.js';
import { withBoard } from '../../board/board.js';
import { type BoardOptions, boardOption, jsonOption, tokenOption, waitOption } from '../../options.js';
import { print, table } from '../../terminal/output.js';

export const info = new Command('info')
  .description('show what a board is, its counters and the model it holds')
  .addOption(boardOption())
  .addOption(tokenOption())
  .addOption(waitOption())
  .addOption(jsonOption())
  .action(async (options: BoardOptions & { json?: boolean }) => {
    const result = await withBoard(options, async (board) => {
      const { conductanceMax, adcStep, programming, capabilities, ...information } = board.information;
      const { clock, ...counters } = await board.status();
      const { model } = await readRecord(board);
      return {
        board: options.board,
        ...information,
        conductanceMaxMicrosiemens: conductanceMax / 1000,
        adcStepMicrosiemens: adcStep / 1000,
        programming: programming === 0 ? 'statistical' : 'pulses',
        capabilities: capabilitiesOf(capabilities),
        clockSeconds: clock,
        ...Object.fromEntries(Object.entries(counters).map(([name, count]) => [name, Number(count)])),
        model: model ? { name: model.name, complete: model.complete } : null,
      };
    });
    const rows = Object.entries(result).map(([name, value]) => [name, describe(value)]);
    print(result, table(rows), options.json);
  });

const capabilitiesOf = (bits: number): string[] =>
  Object.entries(Capability).flatMap(([name, bit]) => (bits & bit ? [name] : []));

const describe = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
