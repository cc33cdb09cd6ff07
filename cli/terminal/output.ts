import { printable } from '../../protocol/index.js';

/** Prints a result on stdout: as one JSON document, or as text for people. */
export function print(result: unknown, text: string, json: boolean | undefined): void {
  process.stdout.write(json ? `${JSON.stringify(result, undefined, 2)}\n` : `${text}\n`);
}

/** Prints a warning on stderr, on a line of its own. */
export const warn = (sentence: string): boolean => process.stderr.write(`Warning: ${printable(sentence)}\n`);

/** 0.98765 as 98.8 %. */
export const percent = (fraction: number, digits = 1): string => `${(100 * fraction).toFixed(digits)} %`;

/** A mean and half its confidence interval: 99.12 ± 0.11 %; a dash if the interval is unknown (NaN). */
export const percentWithin = (fraction: number, halfInterval: number): string =>
  `${(100 * fraction).toFixed(2)} ± ${Number.isNaN(halfInterval) ? '-' : percent(halfInterval, 2)}`;

/** A difference of two fractions, -0.00123, in percentage points: −0.12. */
export function points(difference: number): string {
  const text = Math.abs(100 * difference).toFixed(2);
  if (Number(text) === 0) return text;
  return `${difference < 0 ? '−' : '+'}${text}`;
}

/** A difference of two fractions in percentage points, with half its confidence interval: −0.12 ± 0.05. */
export const pointsWithin = (difference: number, halfInterval: number): string =>
  `${points(difference)} ± ${Number.isNaN(halfInterval) ? '-' : (100 * halfInterval).toFixed(2)}`;

/** 12345 as 12,345. */
export const count = (value: number): string => Math.round(value).toLocaleString('en');

/** Rows as aligned columns; the first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string {
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
