import { drawStrokes } from '../../data/index.js';
import { Board, memoryDial } from '../../drivers/index.js';
import type { Chip } from '../../emulator/chip/chip.js';
import { createEmulatedBoard } from '../../emulator/node/index.js';
import { Random, sampleEpisode } from '../../network/index.js';
import { bundledModels, loadModel } from '../../network/node/index.js';
import { fastCrc32 } from '../../protocol/node/index.js';
import { DeviceLearner, ensureFlashed } from '../../runtime/index.js';
import { hermes } from '../fixtures/chips.js';
import { type Figure, median } from '../fixtures/measure.js';

const size = { ways: 5, shots: 5, queries: 15 };
const TASKS = 20;

/** Time of few-shot tasks, from drawings to answers, on an embedded board, and of its parts. */
export async function benchTask(): Promise<Figure[]> {
  const emulated = createEmulatedBoard({ profile: hermes, seed: 1 });
  // Not openEmulatedBoard(): the time of the chip is measured inside the emulated board.
  const dial = memoryDial('emulator', (send) => emulated.firmware.attach(send, 'a benchmark'));
  await using board = await Board.open(dial, { crc32: fastCrc32, onClose: () => emulated.close() });
  const model = await loadModel(bundledModels.omniglot);
  await ensureFlashed(board, model);
  const learner = await DeviceLearner.open(board, model);
  const classes = drawStrokes({ classes: 20, drawings: 20, seed: 1 });
  const random = new Random(1);
  const chip = watchChip(emulated.chip);
  const requests = watchRequests(board);
  const tasks: { total: number; chip: number; requests: number }[] = [];
  for (let task = 0; task < TASKS; task++) {
    const episode = sampleEpisode(classes, size, random);
    const before = { chip: chip.milliseconds, requests: requests.milliseconds };
    const begin = performance.now();
    await learner.learn(episode);
    tasks.push({
      total: performance.now() - begin,
      chip: chip.milliseconds - before.chip,
      requests: requests.milliseconds - before.requests,
    });
  }
  const part = (name: string, of: (task: (typeof tasks)[0]) => number): Figure => ({
    name,
    value: median(tasks.map(of)),
    unit: 'ms',
  });
  return [
    part('a 5-way 5-shot task with 75 queries', ({ total }) => total),
    part('  the chip', (task) => task.chip),
    part('  link and firmware: a request is pending, the chip idle', (task) => task.requests - task.chip),
    part('  host: no request is pending', ({ total, requests }) => total - requests),
  ];
}

/** Adds up the time in which a chip computes. */
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

/** Adds up the time in which at least one request is pending. */
function watchRequests({ connection }: Board): { milliseconds: number } {
  const watch = { milliseconds: 0 };
  const request = connection.request.bind(connection);
  let pending = 0;
  let begin = 0;
  connection.request = async (...message) => {
    if (pending++ === 0) begin = performance.now();
    try {
      return await request(...message);
    } finally {
      if (--pending === 0) watch.milliseconds += performance.now() - begin;
    }
  };
  return watch;
}
