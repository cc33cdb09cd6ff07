import { Command, InvalidArgumentError, Option } from 'commander';
import { Capability } from '../../../protocol/index.js';
import { withBoard } from '../../board/board.js';
import { type BoardOptions, boardOption, duration, jsonOption, tokenOption } from '../../options.js';
import { print } from '../../terminal/output.js';

interface ClockOptions extends BoardOptions {
  advance?: number;
  temperature?: number;
  json?: boolean;
}

export const clock = new Command('clock')
  .description("read an emulated board's clock and temperature, or move them")
  .addOption(new Option('--advance <time>', 'how far: 90s, 15m, 1h, 30d, 1y').argParser(duration))
  .addOption(
    new Option('--temperature <celsius>', 'make the chip this warm first, and leave it so').argParser(
      celsius,
    ),
  )
  .addOption(boardOption())
  .addOption(tokenOption())
  .addOption(jsonOption())
  .action(async ({ advance, temperature, ...options }: ClockOptions) => {
    const reading = await withBoard(options, async (board) => {
      if (temperature !== undefined) await board.setTemperature(temperature);
      const seconds =
        advance === undefined ? (await board.status()).clock : await board.advanceClock(advance);
      const warm = (board.information.capabilities & Capability.temperature) !== 0;
      return { clockSeconds: seconds, ...(warm && { temperatureCelsius: await board.temperature() }) };
    });
    const { clockSeconds, temperatureCelsius } = reading;
    const warmth = temperatureCelsius === undefined ? '' : `, its chip is at ${temperatureCelsius} °C`;
    print(reading, `The board's clock reads ${clockSeconds} s${warmth}.`, options.json);
  });

function celsius(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError('Write degrees Celsius, like 45 or -10.');
  return value;
}
