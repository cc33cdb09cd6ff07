import { printable, printableLines } from '../../protocol/index.js';
import { CLOSED_OUTPUT } from './failure.js';

// All that the command prints goes through here. Names of files, models and classes are somebody else's, and may
// hold sequences that clear a screen or set its title: a terminal is to show them, and not to obey.

/** Prints a result on stdout: as one JSON document, or as text for people. */
export function print(result: unknown, text: string, json: boolean | undefined): void {
  process.stdout.write(json ? `${safeJson(result, 2)}\n` : printableLines(`${text}\n`));
}

/** Prints a value on stdout as JSON on one line. */
export const printLine = (value: unknown): void => void process.stdout.write(`${safeJson(value)}\n`);

/** Prints a sentence on stderr. */
export const say = (sentence: string): void => complain(`${sentence}\n`);

/** Prints whole lines on stderr. */
export const complain = (lines: string): void => void process.stderr.write(printableLines(lines));

/** JSON that keeps every character, but writes those that a terminal obeys as \\uXXXX. */
const safeJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, undefined, indent).replace(/[^\n -~]/g, (character) =>
    printable(character) === character ? character : escaped(character),
  );

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Lets the command go on when nobody reads its output any more, as behind `| head -1`, and tells it in the exit
 * code alone, as a shell does for a program that SIGPIPE ended. Says it if the output cannot be written, as to a
 * full disk.
 */
export function guardOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', ({ code }: NodeJS.ErrnoException) => {
      process.exitCode ||= code === 'EPIPE' ? CLOSED_OUTPUT : 1;
      if (code !== 'EPIPE' && stream === process.stdout) say(`The result cannot be written: ${code}.`);
    });
  }
}

/** Prints a warning on stderr, on a line of its own. */
export const warn = (sentence: string): void => say(`Warning: ${printable(sentence)}`);

/** 0.98765 as 98.8 %. */
export const percent = (fraction: number, digits = 1): string => `${(100 * fraction).toFixed(digits)} %`;

/** A mean and half its confidence interval: 99.12 ± 0.11 %; the mean alone if the interval is unknown (NaN). */
export const percentWithin = (fraction: number, halfInterval: number): string =>
  Number.isNaN(halfInterval)
    ? percent(fraction, 2)
    : `${(100 * fraction).toFixed(2)} ± ${percent(halfInterval, 2)}`;

/** A difference of two fractions, -0.00123, in percentage points: −0.12. */
export function points(difference: number): string {
  const text = Math.abs(100 * difference).toFixed(2);
  if (Number(text) === 0) return text;
  return `${difference < 0 ? '−' : '+'}${text}`;
}

/** A difference of two fractions in percentage points, with half its confidence interval: −0.12 ± 0.05. */
export const pointsWithin = (difference: number, halfInterval: number): string =>
  Number.isNaN(halfInterval)
    ? points(difference)
    : `${points(difference)} ± ${(100 * halfInterval).toFixed(2)}`;

/** 12345 as 12,345. */
export const count = (value: number): string => Math.round(value).toLocaleString('en');

/** 1 as '1 task', 1000 as '1,000 tasks'. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${Math.round(value) === 1 ? one : many}`;

/** Rows as aligned columns; the first row is the heading. */
export function table(cells: readonly (readonly string[])[]): string {
  const rows = cells.map((row) => row.map(printable)); // a line break in a name would forge a row
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}

const units: readonly [seconds: number, unit: string][] = [
  [365 * 86_400, 'y'],
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'm'],
];

/** 2592000 as 30d: in the largest unit that fits at least once, to three digits. */
export function formatDuration(seconds: number): string {
  const [length, unit] = units.find(([length]) => seconds >= length) ?? [1, 's'];
  return `${Number((seconds / length).toPrecision(3))}${unit}`;
}
