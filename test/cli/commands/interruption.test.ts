import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { bundledModels, loadArmModel } from '../../../network/node/index.js';
import { writeShapes } from '../fixtures/images.js';
import { bundledModel, Emulator, finished, type Run, pcmJson, start, temporaryFolder } from '../rig.js';

const task = ['--ways', '3', '--shots', '1', '--queries', '2'];

/** Runs `pcm`, and presses Ctrl-C as soon as it has said `when`. */
async function interrupted(when: RegExp, ...args: string[]): Promise<Run> {
  const child = start(args);
  let [heard, stopped] = ['', false];
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    heard += text;
    if (!stopped && when.test(heard)) stopped = child.kill('SIGINT');
  });
  return finished(child);
}

/** The JSON that an interrupted command has printed before its sentence. */
function figures(t: ExecutionContext, { code, stdout, stderr }: Run, sentence: RegExp) {
  t.is(code, 1, stderr);
  t.regex(stderr, sentence);
  return JSON.parse(stdout) as Record<string, unknown>;
}

test('Ctrl-C ends learn after the current task, with the figures up to then', async (t) => {
  const { classes } = await writeShapes(await temporaryFolder());
  const args = ['learn', bundledModel, '--data', classes, ...task, '--tasks', '100000', '--json'];
  const run = await interrupted(/learning: /, ...args);
  const { tasks } = figures(t, run, /Stopped after \d+ of 100,000 tasks; the figures are for those\.\n$/);
  t.true((tasks as number) > 0 && (tasks as number) < 100_000);
});

test('Ctrl-C ends drift after the current task, with the figures up to then and the page', async (t) => {
  const folder = await temporaryFolder();
  const { classes } = await writeShapes(folder);
  const out = join(folder, 'drift.html');
  const measure = ['--tasks', '100000', '--methods', 'none', '--times', '0s', '--out', out, '--json'];
  const run = await interrupted(
    /measuring: .*none/,
    'drift',
    bundledModel,
    '--data',
    classes,
    ...task,
    ...measure,
  );
  if (run.stdout === '')
    t.regex(run.stderr, /^Stopped\.$/m); // before the first task
  else {
    const { tasks } = figures(t, run, /Stopped; the figures are for the times and methods/);
    t.true((tasks as number) > 0 && (tasks as number) < 100_000);
    t.true(existsSync(out));
  }
});

test('Ctrl-C ends arm at once, with the figures of the movements before', async (t) => {
  const args = ['arm', bundledModels.arm, '--trajectories', '100000', '--json'];
  const run = await interrupted(/movements: /, ...args);
  const { trajectories } = figures(
    t,
    run,
    /Stopped after \d+ of 100,000 movements; the figures are for those\.\n$/,
  );
  t.true((trajectories as number) > 0 && (trajectories as number) < 100_000);
});

test('Ctrl-C ends train arm after the current iteration, with model and checkpoint', async (t) => {
  const out = join(await temporaryFolder(), 'arm.safetensors');
  const run = await interrupted(/training: /, 'train', 'arm', '--out', out, '--json');
  const { iterations } = figures(
    t,
    run,
    /Stopped; the state is in .*\.checkpoint: add --resume to continue\.\n$/,
  );
  t.true((iterations as number) > 0 && (iterations as number) < 500);
  t.is((await loadArmModel(out)).description.training?.iteration, iterations);
});

test('Ctrl-C ends calibrate with the board as it was', async (t) => {
  const emulator = await Emulator.start();
  const board = ['--board', emulator.url];
  const before = await pcmJson('info', ...board);
  const { code, stdout, stderr } = await interrupted(/calibrating: /, 'calibrate', ...board);
  t.is(code, 1);
  t.is(stdout, '');
  t.regex(stderr, /Stopped; the board is calibrated as it was before\.\n$/);
  const { calibration, interrupted: left } = await pcmJson('info', ...board);
  t.is(calibration, null);
  t.deepEqual(left, before.interrupted);
  await emulator.stop();
});
