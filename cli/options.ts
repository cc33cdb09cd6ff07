import { Command, Option } from 'commander';
import { duration, list, token, wholeNumber } from './arguments.js';

// Options that several commands share.

/** A fresh emulated board in the process of the command. */
const DEFAULT_BOARD = 'emulator:hermes?seed=1';

/** Entries of every command that drives a board. */
export interface BoardOptions {
  /** Address of the board. */
  board: string;
  /** Secret of the board; empty if it needs none. */
  token: string;
  /** Seconds to wait while another host holds the board; 0 if left out. */
  wait?: number;
}

export const boardOption = () =>
  new Option(
    '--board <url>',
    'address of the board: emulator:PROFILE?seed=N&state=FILE, tcp://HOST:PORT, serial:PATH, usb:VID:PID',
  )
    .env('PCM_BOARD')
    .default(DEFAULT_BOARD);

export const tokenOption = (description = 'secret of the board, if it was started with one') =>
  new Option('--token <secret>', description).env('PCM_TOKEN').argParser(token).default('', 'none');

const waitOption = () =>
  new Option(
    '--wait <time>',
    'how long to wait while another host holds the board, such as 5m; not at all by default',
  ).argParser(duration);

/** A command that drives a board. */
export class BoardCommand extends Command {
  /** Adds the options that say which board, and how to come by it. */
  addBoardOptions(): this {
    return this.addOption(boardOption()).addOption(tokenOption()).addOption(waitOption());
  }
}

export const jsonOption = () => new Option('--json', 'print one JSON document on stdout and nothing else');

export const seedOption = (description = 'seed of all random draws') =>
  new Option('--seed <n>', description).argParser(wholeNumber(0)).default(1);

export const coreOption = () =>
  new Option('--core <n>', 'number of the core, from 0 (required)')
    .argParser(wholeNumber(0))
    .makeOptionMandatory();

/** A whole number of at least 1, with a default. */
export const countOption = (flags: string, description: string, value: number) =>
  new Option(flags, description).argParser(wholeNumber(1)).default(value);

const DRAWINGS = "drawings in Omniglot's layout: ALPHABET/characterNN/*.png";

export const dataOption = (description = DRAWINGS) => new Option('--data <dir-or-zip...>', description);

export const requiredDataOption = () => dataOption(`${DRAWINGS} (required)`).makeOptionMandatory();

export const alphabetsOption = () =>
  new Option('--alphabets <names>', 'alphabets to use, separated by commas; all by default').argParser(list);

export const tasksOption = () => countOption('--tasks <n>', 'number of tasks', 100);

export const waysOption = (description = 'classes per task') => countOption('--ways <n>', description, 5);

export const shotsOption = () => countOption('--shots <n>', 'examples per class to learn from', 5);

export const queriesOption = () =>
  countOption('--queries <n>', 'further examples per class to test with', 15);

export const updatesOption = () =>
  new Option('--updates <n>', "updates per task; the model's own number by default").argParser(
    wholeNumber(0),
  );
