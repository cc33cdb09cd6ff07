import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Board } from '../../drivers/index.js';
import { openBoard } from '../../boards/index.js';
import { type Emulator, startEmulator } from '../../testing/index.js';
import { type Figure, median } from '../fixtures/measure.js';

/** Emulators that run at once, as in a large test run. */
const TOGETHER = 20;
/** Processes that are measured. */
const PROCESSES = 5;

const path = fileURLToPath(import.meta.url);

/** `startEmulator` of pcm-hil/testing in processes of its own: the first start, and twenty at once. */
export async function benchEmulators(): Promise<Figure[]> {
  const runs: Measured[] = [];
  for (let run = 0; run < PROCESSES; run++) {
    const { stdout } = await promisify(execFile)(process.execPath, [path]);
    runs.push(JSON.parse(stdout) as Measured);
  }
  const of = (name: keyof Measured) => median(runs.map((run) => run[name]));
  const together = `${TOGETHER} emulators at once`;
  return [
    {
      name: 'first startEmulator() to its first answer',
      value: of('first'),
      unit: 'ms',
      target: { atMost: 150 },
    },
    {
      name: `${together}, to their first answers`,
      value: of('together'),
      unit: 'ms',
      target: { atMost: 2000 },
    },
    {
      name: `${together}, memory of the process`,
      value: of('megabytes'),
      unit: 'MB',
      target: { atMost: 1024 },
    },
  ];
}

interface Measured {
  /** Milliseconds. */
  first: number;
  /** Milliseconds. */
  together: number;
  megabytes: number;
}

async function startOne(seed: number): Promise<{ emulator: Emulator; board: Board }> {
  const emulator = await startEmulator({ seed });
  return { emulator, board: await openBoard(emulator.url) };
}

/** Programs and multiplies once, so that the memory of the board is in use. */
async function use({ board }: { board: Board }): Promise<void> {
  const window = { rowStart: 0, rows: 256, columnStart: 0, columns: 256 };
  await board.program(0, window, new Uint16Array(2 * 256 * 256).fill(5000));
  await board.multiply(0, 1, window, new Int8Array(256).fill(1));
}

async function measure(): Promise<Measured> {
  const begin = performance.now();
  const all = [await startOne(0)];
  const first = performance.now() - begin;
  const next = performance.now();
  all.push(...(await Promise.all(Array.from({ length: TOGETHER }, (_, seed) => startOne(seed)))));
  const together = performance.now() - next;
  for (const one of all) await use(one);
  const megabytes = process.memoryUsage().rss / 1e6;
  for (const { emulator, board } of all) {
    await board.close();
    await emulator.close();
  }
  return { first, together, megabytes };
}

if (process.argv[1] === path) process.stdout.write(JSON.stringify(await measure()));
