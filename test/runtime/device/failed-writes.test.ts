import test from 'ava';
import { type Board, LinkError } from '../../../drivers/index.js';
import { loadProfile } from '../../../emulator/node/index.js';
import { drawMovement, learnMovement, MovementSet } from '../../../network/arm/index.js';
import { targetPair } from '../../../network/index.js';
import { Refusal, RefusalCode } from '../../../protocol/index.js';
import {
  BoardSynapses,
  DeviceLearner,
  flash,
  type LearnedTask,
  planModel,
  readRecord,
} from '../../../runtime/index.js';
import { UNKNOWN_LEVEL } from '../../../runtime/device/programmed-levels.js';
import { type CoreCells, copiedCells, placedCells } from '../../../runtime/mapping/cells.js';
import { smallArm } from '../../network/arm/small-arm.js';
import { openBoard, openEmulatedBoard } from '../../../boards/index.js';
import { noiseTask, unsaturatedModel } from '../rig.js';

type ProgramCells = Board['programCells'];
type Parameters3 = Parameters<ProgramCells>;

/** Ways in which a write fails: the board does something with the cells, and the host gets an error. */
const failures: Record<string, (program: ProgramCells, ...call: Parameters3) => Promise<never>> = {
  async 'refused at once'() {
    throw new Refusal(RefusalCode.internal, '', 'The board failed.');
  },
  async 'cancelled halfway'(program, core, { rows, columns, targets }) {
    const half = Math.ceil(rows.length / 2);
    const pick = (start: number) => [...targets.subarray(start, start + half)];
    const cells = { rows: rows.subarray(0, half), columns: columns.subarray(0, half) };
    await program(core, { ...cells, targets: Uint16Array.from([...pick(0), ...pick(rows.length)]) });
    throw new Refusal(RefusalCode.cancelled, '', 'The request was cancelled.');
  },
  async 'stopped between the old and the new level'(program, core, cells) {
    await program(core, { ...cells, targets: cells.targets.map((target) => target >> 1) });
    throw new Refusal(RefusalCode.internal, '', 'The board failed.');
  },
  async 'done, but the answer is lost'(program, core, cells) {
    await program(core, cells);
    throw new LinkError('The answer was lost.');
  },
};

/** A board whose write number `failing` fails once; `writes` counts all of them. */
function failingBoard(board: Board, failing: number, fail: (typeof failures)[string]) {
  const counter = { writes: 0 };
  const program: ProgramCells = (...call) => board.programCells(...call);
  const wrapped = new Proxy(board, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (typeof value !== 'function') return value;
      if (name !== 'programCells' && name !== 'writeUserData') return value.bind(target);
      return (...call: unknown[]) => {
        if (++counter.writes !== failing) return value.apply(target, call);
        if (name === 'programCells') return fail(program, ...(call as Parameters3));
        return Promise.reject(new Refusal(RefusalCode.internal, '', 'The board failed.'));
      };
    },
  });
  return { board: wrapped, counter };
}

/**
 * Cells whose conductances are not those of their weight's level, of the cells whose level is known; and how
 * many are not.
 */
async function compareCells(board: Board, cores: readonly CoreCells[], levels: Int8Array) {
  const { rows, columns, conductanceMax } = board.information;
  const result = { unlike: 0, unknown: 0 };
  // The arm scales targets by what the devices retained, which it measures through converters that round.
  const quarterLevel = conductanceMax / 28;
  for (const { core, ...cells } of cores) {
    const conductances = await board.read(core, { rowStart: 0, rows, columnStart: 0, columns });
    for (const [cell, weight] of cells.weights.entries()) {
      if (levels[weight] === UNKNOWN_LEVEL) {
        result.unknown++;
        continue;
      }
      const at = cells.rows[cell] * columns + cells.columns[cell];
      const [plus, minus] = targetPair(levels[weight], conductanceMax);
      const apart = Math.abs(conductances[at] - plus) + Math.abs(conductances[rows * columns + at] - minus);
      if (apart > quarterLevel) result.unlike++;
    }
  }
  return result;
}

const model = unsaturatedModel();
const tasks = [noiseTask(1), noiseTask(2)];
const settled = { unlike: 0, unknown: 0 };

/** Learns two tasks on a chip whose head lies on two cores; a task whose learning fails is learned again. */
async function learnTasks(failing: number, fail: (typeof failures)[string]) {
  const opened = await openEmulatedBoard({ profile: { ...loadProfile('ideal'), rows: 20 }, seed: 1 });
  await flash(opened, model);
  const { board, counter } = failingBoard(opened, failing, fail);
  const cells = placedCells(planModel(model, board.information).placements.at(-1)!);
  const learner = await DeviceLearner.open(board, model).catch(() => DeviceLearner.open(board, model));
  const compare = () => compareCells(opened, cells, learner.headMatrix.levels);
  const learned: LearnedTask[] = [];
  const afterFailure: { unlike: number; unknown: number }[] = [];
  for (const task of tasks)
    learned.push(
      await learner.learn(task).catch(async () => {
        afterFailure.push(await compare());
        return learner.learn(task);
      }),
    );
  const result = { learned, probabilities: await learner.classify(tasks[1].query.map((x) => x.drawing)) };
  const { headTouched } = (await readRecord(opened)).model!;
  const atEnd = await compare();
  await opened.close();
  return { result, writes: counter.writes, afterFailure, atEnd, headTouched, cores: cells.length };
}

for (const [name, fail] of Object.entries(failures))
  test(`head, a write that is ${name}: the levels are those of the chip, and learning again learns the same`, async (t) => {
    const undisturbed = await learnTasks(Infinity, fail);
    t.is(undisturbed.cores, 2);
    t.true(undisturbed.writes > 8);
    for (let failing = 1; failing <= undisturbed.writes; failing++) {
      const { result, afterFailure, atEnd, headTouched } = await learnTasks(failing, fail);
      for (const { unlike, unknown } of afterFailure) {
        t.is(unlike, 0, `write ${failing}`);
        t.true(unknown > 0, `write ${failing}`);
      }
      t.is(afterFailure.length, failing === 1 ? 0 : 1); // the first write marks the record, before a learner is there
      t.deepEqual(atEnd, settled, `write ${failing}`);
      t.deepEqual(accuraciesOf(result), accuraciesOf(undisturbed.result), `write ${failing}`);
      t.true(headTouched);
    }
  });

/** All but the devices that were updated: an update that is made again updates some of them twice. */
const accuraciesOf = ({ learned, probabilities }: Awaited<ReturnType<typeof learnTasks>>['result']) => ({
  probabilities,
  learned: learned.map(({ accuracies, recognised }) => ({ accuracies, recognised })),
});

test('head: an update whose write failed is completed before the next multiplication', async (t) => {
  const drawings = tasks[0].query.map(({ drawing }) => drawing);
  const classify = async (failing: number) => {
    const opened = await openBoard('emulator:ideal?seed=1');
    await flash(opened, model);
    const { board, counter } = failingBoard(opened, failing, failures['cancelled halfway']);
    const learner = await DeviceLearner.open(board, model);
    const failed = await learner.learn(tasks[0]).then(
      () => false,
      () => true,
    );
    const probabilities = await learner.classify(drawings);
    await opened.close();
    return { failed, probabilities, writes: counter.writes };
  };
  const undisturbed = await classify(Infinity);
  t.false(undisturbed.failed);
  const failed = await classify(undisturbed.writes);
  t.true(failed.failed);
  t.deepEqual(failed.probabilities, undisturbed.probabilities);
});

const arm = smallArm();
const { network } = arm.description;
const target = drawMovement(MovementSet.test, 1, 0, network);

/** Learns a movement twice and puts the board back; whatever fails is done again. */
async function learnMovements(failing: number, fail: (typeof failures)[string]) {
  const opened = await openBoard('emulator:ideal?seed=1');
  await BoardSynapses.open(opened, arm);
  const { board, counter } = failingBoard(opened, failing, fail);
  const { synapses } = await BoardSynapses.open(board, arm);
  const cells = copiedCells(synapses.copies, {
    rows: network.neurons + network.clocks,
    columns: network.neurons,
  });
  const compare = () => compareCells(opened, cells, synapses.levels);
  const touched = async () => (await readRecord(opened)).model!.headTouched;
  const afterFailure: { unlike: number; unknown: number; touched: boolean }[] = [];
  const again = <T>(work: () => Promise<T>): Promise<T> =>
    work().catch(async () => {
      afterFailure.push({ ...(await compare()), touched: await touched() });
      return work();
    });
  const learned = [];
  for (let movement = 0; movement < 2; movement++)
    learned.push(await again(() => learnMovement(arm, synapses, target)));
  const whileLearned = await compare();
  await again(() => synapses.restore());
  const atEnd = { ...(await compare()), touched: await touched() };
  await opened.close();
  return { learned, writes: counter.writes, afterFailure, whileLearned, atEnd };
}

for (const [name, fail] of Object.entries(failures))
  test(`arm, a write that is ${name}: the levels are those of the chip, and learning again learns the same`, async (t) => {
    const undisturbed = await learnMovements(Infinity, fail);
    // Marked, learned, put back, learned, put back, and marked: on each of two cores.
    t.is(undisturbed.writes, 1 + 4 * 2 + 1);
    for (let failing = 1; failing <= undisturbed.writes; failing++) {
      const { learned, afterFailure, whileLearned, atEnd } = await learnMovements(failing, fail);
      const [{ unlike, unknown, touched }] = afterFailure;
      const ofRecord = failing === 1 || failing === undisturbed.writes;
      t.is(afterFailure.length, 1);
      t.is(unlike, 0, `write ${failing}`);
      t.is(unknown > 0, !ofRecord, `write ${failing}`);
      t.is(touched, failing > 1, `write ${failing}`);
      t.deepEqual(whileLearned, settled);
      t.deepEqual(atEnd, { ...settled, touched: false });
      t.deepEqual(learned, undisturbed.learned, `write ${failing}`);
    }
  });

test('arm: a board that could not be put back is flashed again by the next program', async (t) => {
  const opened = await openBoard('emulator:ideal?seed=1');
  await BoardSynapses.open(opened, arm);
  const { board } = failingBoard(opened, 4, failures['done, but the answer is lost']);
  const { synapses } = await BoardSynapses.open(board, arm);
  await learnMovement(arm, synapses, target);
  await t.throwsAsync(synapses.restore(), { instanceOf: LinkError });
  t.truthy((await BoardSynapses.open(opened, arm)).flashed);
  await opened.close();
});
