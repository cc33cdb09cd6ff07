/** Prints a result: one JSON document for programs, or text for people. */
export function print(result: unknown, text: string, json: boolean | undefined): void {
  process.stdout.write(json ? `${JSON.stringify(result, undefined, 2)}\n` : `${text}\n`);
}

/** 0.98765 as 98.8 %. */
export const percent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;

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

/** 2592000 as 30d: the largest unit of which there is at least one, to three digits. */
export function formatDuration(seconds: number): string {
  const [length, unit] = units.find(([length]) => seconds >= length) ?? [1, 's'];
  return `${Number((seconds / length).toPrecision(3))}${unit}`;
}
