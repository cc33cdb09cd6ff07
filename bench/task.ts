import { fileURLToPath } from 'node:url';
import { type Board, memoryDial, openBoard } from '../drivers/index.js';
import type { Chip } from '../emulator/chip.js';
import { EmulatedBoard } from '../emulator/index.js';
import {
  DeviceLearner,
  Random,
  drawStrokes,
  ensureFlashed,
  loadModel,
  sampleEpisode,
} from '../runtime/index.js';
import { hermes } from './chips.js';
import { type Figure, median } from './measure.js';

const MODEL = fileURLToPath(new URL('../../models/omniglot.safetensors', import.meta.url));
const SIZE = { ways: 5, shots: 5, queries: 15 };
const TASKS = 20;

/** Few-shot tasks from drawing to answer on an embedded board, and where their time goes. */
export async function benchTask(): Promise<Figure[]> {
  const emulated = new EmulatedBoard({ profile: hermes, seed: 1 });
  const emulator = (address: string) =>
    memoryDial(address, (send) => emulated.firmware.attach(send, 'benchmark'));
  const board = await openBoard('emulator:', { schemes: { emulator } });
  const model = await loadModel(MODEL);
  await ensureFlashed(board, model);
  const learner = await DeviceLearner.open(board, model);
  const classes = drawStrokes({ classes: 20, drawings: 20, seed: 1 });
  const random = new Random(1);
  const chip = watchChip(emulated.chip);
  const requests = watchRequests(board);
  const tasks: { total: number; chip: number; requests: number }[] = [];
  for (let task = 0; task < TASKS; task++) {
    const episode = sampleEpisode(classes, SIZE, random);
    const before = { chip: chip.milliseconds, requests: requests.milliseconds };
    const begin = performance.now();
    await learner.learn(episode);
    tasks.push({
      total: performance.now() - begin,
      chip: chip.milliseconds - before.chip,
      requests: requests.milliseconds - before.requests,
    });
  }
  await board.close();
  emulated.close();
  const part = (name: string, of: (task: (typeof tasks)[0]) => number): Figure => ({
    name,
    value: median(tasks.map(of)),
    unit: 'ms',
  });
  return [
    part('a 5-way 5-shot task with 75 queries', ({ total }) => total),
    part('  the chip', (task) => task.chip),
    part('  link and firmware: a request is under way, the chip idle', (task) => task.requests - task.chip),
    part('  host: no request is under way', ({ total, requests }) => total - requests),
  ];
}

/** Adds up the time that a chip computes. */
function watchChip(chip: Chip): { milliseconds: number } {
  const watch = { milliseconds: 0 };
  const timed = <T>(work: () => T): T => {
    const begin = performance.now();
    try {
      return work();
    } finally {
      watch.milliseconds += performance.now() - begin;
    }
  };
  const multiply = chip.multiply.bind(chip);
  chip.multiply = (...request) => timed(() => multiply(...request));
  const programCells = chip.programCells.bind(chip);
  chip.programCells = function* (...request) {
    const steps = timed(() => programCells(...request));
    for (;;) {
      const step = timed(() => steps.next());
      if (step.done) return step.value;
      yield step.value;
    }
  };
  return watch;
}

/** Adds up the time that at least one request is under way. */
function watchRequests({ connection }: Board): { milliseconds: number } {
  const watch = { milliseconds: 0 };
  const request = connection.request.bind(connection);
  let underWay = 0;
  let begin = 0;
  connection.request = async (...message) => {
    if (underWay++ === 0) begin = performance.now();
    try {
      return await request(...message);
    } finally {
      if (--underWay === 0) watch.milliseconds += performance.now() - begin;
    }
  };
  return watch;
}
