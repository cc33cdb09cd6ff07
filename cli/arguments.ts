import { InvalidArgumentError } from 'commander';
import { type HostAndPort, hostAndPort } from '../drivers/index.js';
import { MAX_TOKEN_BYTES, textBytes } from '../protocol/index.js';
import { UsageError } from './terminal/failure.js';

// Parsers of the values on the command line. Errors of all of them: `InvalidArgumentError` with a sentence
// that says how to write the value.

/** A parser of finite numbers for which `accepts` holds. */
const numberWhere =
  (accepts: (value: number) => boolean, sentence: string) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || !accepts(value))
      throw new InvalidArgumentError(sentence);
    return value;
  };

/** A whole number of at least `min`. */
export const wholeNumber = (min: number) =>
  numberWhere(
    (value) => Number.isSafeInteger(value) && value >= min,
    `It must be a whole number of at least ${min}.`,
  );

export const finiteNumber = numberWhere(() => true, 'It must be a number.');

export const positiveNumber = numberWhere((value) => value > 0, 'It must be a number greater than 0.');

export const nonNegativeNumber = numberWhere((value) => value >= 0, 'It must be a number, 0 or greater.');

/** A share, as a fraction from 0 to 1. */
export const share = numberWhere(
  (value) => value >= 0 && value <= 1,
  'Write a share from 0 to 1, such as 0.9.',
);

/** A temperature in degrees Celsius. */
export const celsius = numberWhere(() => true, 'Write degrees Celsius, such as 45 or -10.');

/** A distance between conductances, in levels of a weight: above 0, up to the 7 that a polarity has. */
export const levels = numberWhere(
  (value) => value > 0 && value <= 7,
  'Write a number of levels above 0, up to 7.',
);

/** Names separated by commas, at least one; empty ones are dropped. */
export function list(text: string): string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new InvalidArgumentError('Name at least one, separated by commas.');
  return names;
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, y: 365 * 86_400 };

/** A time such as 90s, 15m, 1h, 30d or 1y (365 days), in seconds. */
export function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([smhdy]?)$/.exec(text.trim());
  const seconds = match ? Number(match[1]) * unitSeconds[match[2] || 's'] : NaN;
  if (!Number.isFinite(seconds))
    throw new InvalidArgumentError('Write a time such as 0s, 15m, 1h, 30d or 1y.');
  return seconds;
}

/** Times separated by commas, at least one, in seconds. */
export const durations = (text: string): number[] => list(text).map(duration);

/** HOST:PORT to listen at; port 0 stands for any free one. */
export function listenAddress(text: string): HostAndPort {
  const address = hostAndPort(text);
  if (!address && (text.match(/:/g)?.length ?? 0) > 1)
    throw new InvalidArgumentError('Write an IPv6 address in brackets, such as [::1]:7411.');
  if (!address) throw new InvalidArgumentError('Write HOST:PORT, such as 127.0.0.1:7411.');
  return address;
}

/** A secret that fits hello. Errors: `UsageError`; commander's own would show the secret. */
export function token(text: string): string {
  const bytes = textBytes(text);
  if (bytes <= MAX_TOKEN_BYTES) return text;
  throw new UsageError(
    `The token takes ${bytes} bytes, at most ${MAX_TOKEN_BYTES} can be sent; choose a shorter one.`,
  );
}
