import { Option } from 'commander';
import { Capability } from '../../../protocol/index.js';
import { withBoard } from '../../board/board.js';
import { celsius, duration } from '../../arguments.js';
import { BoardCommand, type BoardOptions, jsonOption } from '../../options.js';
import { count, formatDuration, print } from '../../terminal/output.js';

interface ClockOptions extends BoardOptions {
  advance?: number;
  temperature?: number;
  json?: boolean;
}

export const clock = new BoardCommand('clock')
  .description("show or change an emulated board's clock and temperature")
  .addOption(
    new Option('--advance <time>', 'advance the clock by 90s, 15m, 1h, 30d, 1y or the like').argParser(
      duration,
    ),
  )
  .addOption(
    new Option('--temperature <celsius>', 'set the temperature of the chip first').argParser(celsius),
  )
  .addBoardOptions()
  .addOption(jsonOption())
  .action(async ({ advance, temperature, ...options }: ClockOptions) => {
    const reading = await withBoard(options, async (board) => {
      if (temperature !== undefined) await board.setTemperature(temperature);
      const seconds =
        advance === undefined ? (await board.status()).clock : await board.advanceClock(advance);
      const hasTemperature = (board.information.capabilities & Capability.temperature) !== 0;
      return {
        clockSeconds: seconds,
        ...(hasTemperature && { temperatureCelsius: await board.temperature() }),
      };
    });
    const { clockSeconds, temperatureCelsius } = reading;
    const temperatureText =
      temperatureCelsius === undefined ? '' : `; its chip is at ${temperatureCelsius} °C`;
    print(reading, `The board's clock reads ${readable(clockSeconds)}${temperatureText}.`, options.json);
  });

/** 2592000 as 30d (2,592,000 s): the short form is rounded. */
const readable = (seconds: number): string =>
  seconds < 60 ? formatDuration(seconds) : `${formatDuration(seconds)} (${count(seconds)} s)`;
