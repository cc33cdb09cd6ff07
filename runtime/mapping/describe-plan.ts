import { printable } from '../../protocol/index.js';
import type { Plan } from './placement.js';

/** A plan as a table for people: one line for each tile, and how full the chip is. */
export function describePlan({ chip, placements, cells }: Plan): string {
  const rows = placements.flatMap(({ shape, inputs, outputs, partInputs, repeats, tiles }) =>
    tiles.map(({ core, cores, window, offsets }) => [
      printable(shape.layer.name), // a line break in a name would forge a row
      `${inputs} x ${outputs}`,
      cores > 1 ? `${core}-${core + cores - 1}` : `${core}`,
      `${window.rowStart}-${window.rowStart + window.rows - 1}`,
      `${window.columnStart}-${window.columnStart + window.columns - 1}`,
      [
        ...(repeats > 1
          ? [`rows repeated ${repeats} times`]
          : cores > 1
            ? [`${partInputs} inputs a core`]
            : []),
        ...(offsets ? [`${window.columns - outputs} faulty columns passed over`] : []),
      ].join(', '),
    ]),
  );
  const table = alignColumns([['layer', 'matrix', 'cores', 'rows', 'columns', ''], ...rows]);
  const total = chip.cores * chip.rows * chip.columns;
  return `${table}\n${cells} of ${total} unit cells in use (${((100 * cells) / total).toFixed(0)} %)`;
}

function alignColumns(rows: string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
