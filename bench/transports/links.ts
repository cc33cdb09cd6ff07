import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openBoard } from '../../boards/index.js';
import type { Board } from '../../drivers/index.js';
import { Chip } from '../../emulator/chip/chip.js';
import { nodeBackend } from '../../emulator/node/index.js';
import { BATCH, hermes, inputs, programWhole, targets, whole } from '../fixtures/chips.js';
import { type Figure, interleave, median, medianRatio } from '../fixtures/measure.js';

/** Batches per run over a link. */
const BATCHES = 8;
/** Single multiplications per run. */
const SINGLES = 2000;

/**
 * An emulator in another process, over TCP on loopback, against one in this process and against the bare
 * chip.
 */
export async function benchLinks(): Promise<Figure[]> {
  const emulator = spawn(process.execPath, [
    fileURLToPath(new URL('../../cli/main.js', import.meta.url)),
    ...['emulate', '--tcp', '127.0.0.1:0', '--json'],
  ]);
  try {
    await using remote = await openBoard(await addressOf(emulator));
    await using embedded = await openBoard('emulator:hermes?seed=1');
    const chip = new Chip(hermes, { seed: 1, now: () => 0, backend: nodeBackend() });
    for (const board of [remote, embedded]) await board.program(0, whole, targets);
    programWhole(chip, 0);
    try {
      return await measureLinks(remote, embedded, chip);
    } finally {
      chip.close();
    }
  } finally {
    emulator.kill();
  }
}

async function measureLinks(remote: Board, embedded: Board, chip: Chip): Promise<Figure[]> {
  const batch = inputs(1);
  const many = Int8Array.from({ length: BATCHES * batch.length }, (_, i) => batch[i % batch.length]);
  const vector = batch.subarray(0, whole.rows);
  const singles = (board: Board) =>
    Promise.all(Array.from({ length: SINGLES }, () => board.multiply(0, 1, whole, vector)));
  const times = await interleave(
    {
      tcp: () => remote.multiply(0, 1, whole, many),
      embedded: () => embedded.multiply(0, 1, whole, many),
      chip: () => {
        for (let i = 0; i < BATCHES; i++) chip.multiply(0, 1, whole, BATCH, batch);
      },
      tcpSingles: () => singles(remote),
      embeddedSingles: () => singles(embedded),
    },
    40,
  );
  const trips = await interleave(
    {
      tcp: () => remote.multiply(0, 1, whole, vector),
      embedded: () => embedded.multiply(0, 1, whole, vector),
    },
    500,
  );
  const vectorRate = (milliseconds: number[]) => (BATCHES * BATCH * 1000) / median(milliseconds);
  const singleRate = (milliseconds: number[]) => (SINGLES * 1000) / median(milliseconds);
  return [
    { name: 'batches of 256, bare chip', value: vectorRate(times.chip), unit: 'vectors/s' },
    { name: 'batches, embedded emulator', value: vectorRate(times.embedded), unit: 'vectors/s' },
    { name: 'batches, tcp on loopback', value: vectorRate(times.tcp), unit: 'vectors/s' },
    {
      name: 'rate of batches over tcp against the embedded emulator',
      value: medianRatio(times.embedded, times.tcp),
      unit: 'x',
    },
    {
      name: 'rate of batches over tcp against the bare chip',
      value: medianRatio(times.chip, times.tcp),
      unit: 'x',
      target: { atLeast: 0.6 },
    },
    {
      name: 'single multiplications, embedded',
      value: singleRate(times.embeddedSingles),
      unit: 'per second',
    },
    {
      name: 'single multiplications over tcp, full window',
      value: singleRate(times.tcpSingles),
      unit: 'per second',
      target: { atLeast: 15_000 },
    },
    { name: 'round trip of one multiplication, embedded', value: 1000 * median(trips.embedded), unit: 'µs' },
    { name: 'round trip of one multiplication, tcp', value: 1000 * median(trips.tcp), unit: 'µs' },
  ];
}

/** Address at which the emulator says that it listens. */
async function addressOf({ stdout }: ChildProcess): Promise<string> {
  const [line] = (await once(createInterface(stdout!), 'line')) as [string];
  return (JSON.parse(line) as { board: string }).board;
}
