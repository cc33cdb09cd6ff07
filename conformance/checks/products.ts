import { multiply, program, readColumns } from '../../protocol/index.js';
import type { Bench } from '../bench.js';
import { type Check, Skip, destructive, expect } from '../check.js';
import type { RawHost } from '../raw-host.js';
import { maxInput } from '../requests.js';
import { withHost } from '../with-host.js';

/** The window that is programmed: away from the edges, and not square. */
const window = { rowStart: 5, rows: 8, columnStart: 3, columns: 4 };
/** Conductance of each column, plus minus minus, as a fraction of conductanceMax; all rows have the same. */
const levels = [0.6, -0.6, 0, 0.3];
/** Tolerated error of a code, as a fraction of the maximum code: the columns are not calibrated. */
const ALLOWANCE = 0.4;
/** If the maximum code is lower than this, codes do not stand out from the noise. */
const MIN_TELLING_CODE = 10;

async function programWindow(
  host: RawHost,
  { information }: Bench,
  core: number,
  shares: readonly number[],
): Promise<void> {
  const plane = window.rows * window.columns;
  const targets = new Uint16Array(2 * plane);
  for (let cell = 0; cell < plane; cell++) {
    const share = shares[cell % window.columns];
    targets[share < 0 ? plane + cell : cell] = Math.round(Math.abs(share) * information.conductanceMax);
  }
  await host.get(program, { core, ...window, tolerance: 0, maxIterations: 0, targets });
}

/**
 * Input codes of one core: all zero; all at the maximum; the first half at the minimum and the others zero.
 */
function inputsOf({ information }: Bench) {
  const max = maxInput(information);
  const nothing = new Int8Array(window.rows);
  const everything = nothing.map(() => max);
  const firstHalf = nothing.map((_, row) => (row < window.rows / 2 ? -max : 0));
  return { nothing, everything, firstHalf };
}

/**
 * Multiplies batches of input codes [cores][rows] by the window of the cores from 0 on, and compares each
 * code with input times conductance. The first batch must be all zeros: its codes are the offsets, which are
 * subtracted.
 */
async function expectProducts(
  host: RawHost,
  { information }: Bench,
  batches: readonly (readonly Int8Array[])[],
  programmed: readonly number[],
): Promise<void> {
  const { adcStep, conductanceMax, scaleFractionBits } = information;
  const cores = batches[0].length;
  const inputs = Int8Array.from(batches.flatMap((batch) => batch.flatMap((codes) => [...codes])));
  const message = { core: 0, cores, ...window, batch: batches.length, inputs };
  const { codes } = await host.get(multiply, message);
  let tooSmall = false;
  for (const core of programmed) {
    const { scales } = await host.get(readColumns, { ...window, core });
    for (const [number, batch] of batches.entries()) {
      const sum = batch[core].reduce((total, code) => total + code, 0);
      for (const [column, share] of levels.entries()) {
        const codesPerUnit = (conductanceMax / adcStep) * (scales[column] / 2 ** scaleFractionBits);
        const at = (vector: number) => codes[(vector * cores + core) * window.columns + column];
        const [code, expected] = [at(number) - at(0), sum * share * codesPerUnit];
        const maxCode = 0.6 * maxInput(information) * window.rows * codesPerUnit;
        if (maxCode < MIN_TELLING_CODE) tooSmall = true;
        expect(
          Math.abs(code - expected) <=
            (maxCode < MIN_TELLING_CODE ? 2 * MIN_TELLING_CODE : ALLOWANCE * maxCode),
          `The code of input vector ${number}, core ${core}, column ${window.columnStart + column} is ${code} above the code without input, expected about ${Math.round(expected)}.`,
        );
      }
    }
  }
  if (tooSmall) throw new Skip('The codes of this window are too small to tell them apart.');
}

/** Programs the window of each of the cores, does the work, and programs the windows to 0 again. */
const withWindow = (bench: Bench, cores: readonly number[], work: (host: RawHost) => Promise<void>) =>
  withHost(bench, async (host) => {
    const { rows, columns } = bench.information;
    if (rows < window.rowStart + window.rows || columns < window.columnStart + window.columns) {
      throw new Skip('The cores of this chip are too small.');
    }
    for (const core of cores) await programWindow(host, bench, core, levels);
    await work(host);
    for (const core of cores) await programWindow(host, bench, core, [0, 0, 0, 0]);
  });

/** Values of products. */
export const productChecks: readonly Check[] = [
  destructive('multiply answers input times conductance, plus less minus, vector by vector', (bench) => {
    const { nothing, everything, firstHalf } = inputsOf(bench);
    return withWindow(bench, [0], (host) =>
      expectProducts(host, bench, [[nothing], [everything], [firstHalf]], [0]),
    );
  }),

  destructive('multiply gives each core its own inputs, and answers core by core', (bench) => {
    const { cores } = bench.information;
    if (cores < 2) throw new Skip('The chip has one core.');
    const { nothing, everything, firstHalf } = inputsOf(bench);
    const batch = (inputs: Int8Array, at: number) =>
      Array.from({ length: cores }, (_, core) => (core === at ? inputs : nothing));
    const last = cores - 1;
    const batches = [
      batch(nothing, 0),
      batch(everything, 0),
      batch(firstHalf, last),
      batch(everything, last),
    ];
    return withWindow(bench, [0, last], (host) => expectProducts(host, bench, batches, [0, last]));
  }),
];
