import { multiply, program, readColumns } from '../../protocol/index.js';
import type { Bench } from '../bench.js';
import { type Check, Skip, destructive, expect } from '../check.js';
import type { RawHost } from '../raw-host.js';
import { greatestInput } from '../requests.js';
import { withHost } from '../with-host.js';

/** What is programmed: away from the edges, and no square. */
const window = { rowStart: 5, rows: 8, columnStart: 3, columns: 4 };
/** Conductance of all rows of each column, plus minus minus, in shares of conductanceMax. */
const levels = [0.6, -0.6, 0, 0.3];
/** Share of the greatest code that a code may be off: no column is calibrated here. */
const allowance = 0.4;
/** A greatest code below this does not stand out from the noise. */
const leastTold = 10;

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

/** Input codes of one core: none, all rows, the first half of them the other way round. */
function inputsOf({ information }: Bench) {
  const most = greatestInput(information);
  const nothing = new Int8Array(window.rows);
  const everything = nothing.map(() => most);
  const firstHalf = nothing.map((_, row) => (row < window.rows / 2 ? -most : 0));
  return { nothing, everything, firstHalf };
}

/**
 * Multiplies batches of input codes [cores][rows], the first of which must be nothing but zeros, with the window of cores
 * from 0 on, and compares each code with input times conductance, offsets taken away.
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
        const greatest = 0.6 * greatestInput(information) * window.rows * codesPerUnit;
        if (greatest < leastTold) tooSmall = true;
        expect(
          Math.abs(code - expected) <= (greatest < leastTold ? 2 * leastTold : allowance * greatest),
          `The code of input vector ${number}, core ${core}, column ${window.columnStart + column} is ${code} above that without input, expected about ${Math.round(expected)}.`,
        );
      }
    }
  }
  if (tooSmall) throw new Skip('The codes of this window are too small to be told apart.');
}

/** Programs the window of each of the cores, does the work, and programs it to 0 again. */
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
