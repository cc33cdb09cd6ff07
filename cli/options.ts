import { InvalidArgumentError, Option } from 'commander';

/** Options that many commands share. */
export const boardOption = () =>
  new Option(
    '--board <url>',
    'address of the board: emulator:PROFILE?seed=N&state=FILE, tcp://HOST:PORT, serial:PATH, usb:VID:PID',
  )
    .env('PCM_BOARD')
    .default('emulator:hermes?seed=1');

export const tokenOption = () =>
  new Option('--token <secret>', 'secret that the board was started with').env('PCM_TOKEN').default('');

export const jsonOption = () => new Option('--json', 'print one JSON document on stdout and nothing else');

export const seedOption = () =>
  new Option('--seed <n>', 'seed of everything that is drawn at random').argParser(wholeNumber(0)).default(1);

export const coreOption = () =>
  new Option('--core <n>', 'core, counted from 0').argParser(wholeNumber(0)).makeOptionMandatory();

export interface BoardOptions {
  board: string;
  token: string;
}

/** A whole number of at least `least`. */
export const wholeNumber =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least || text.trim() === '') {
      throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`);
    }
    return value;
  };

/** A finite number greater than 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('It must be a number greater than 0.');
  return value;
}

export function notNegative(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0 || text.trim() === '')
    throw new InvalidArgumentError('It must be a number, 0 or greater.');
  return value;
}

/** Names between commas, without empty ones. */
export const list = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

const unitSeconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, y: 365 * 86_400 };

/** A time such as 90s, 15m, 1h, 30d or 1y (365 days), in seconds. */
export function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([smhdy]?)$/.exec(text.trim());
  if (!match) throw new InvalidArgumentError('Write a time such as 0s, 15m, 1h, 30d or 1y.');
  return Number(match[1]) * unitSeconds[match[2] || 's'];
}

/** Times between commas, in seconds. */
export const durations = (text: string): number[] => list(text).map(duration);

/** A whole number of at least 1, with a default. */
export const countOption = (flags: string, description: string, value: number) =>
  new Option(flags, description).argParser(wholeNumber(1)).default(value);

export const alphabetsOption = () =>
  new Option('--alphabets <names>', 'alphabets between commas; all where left out').argParser(list);
