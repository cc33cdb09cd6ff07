import { inventCharacters } from '../../../data/index.js';
import type { StudyOptions } from '../../../runtime/index.js';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { DataError } from '../../../network/index.js';
import {
  DeviceLearner,
  driftExponents,
  type DriftOptions,
  type DriftResult,
  DriftStudy,
  flash,
  followDrift,
  followRetention,
  identityCorrection,
  planModel,
  recordingId,
} from '../../../runtime/index.js';
import { drawStrokes } from '../../../data/index.js';
import { readRecording, writeRecording } from '../../../runtime/node/index.js';
import { openBoard } from '../../../boards/index.js';
import { noiseTask, unsaturatedModel } from '../rig.js';

const model = unsaturatedModel();
const classes = drawStrokes({ classes: 6, drawings: 6, seed: 1, side: 6 });
const options: DriftOptions & StudyOptions = {
  invent: inventCharacters,
  times: [0, 86_400, 365 * 86_400],
  methods: ['none', 'global', 'matched'],
  tasks: 2,
  updates: 2,
  ways: 3,
  shots: 2,
  queries: 4,
  budget: 64,
  seed: 1,
};

async function begin() {
  const board = await openBoard('emulator:hermes?seed=1');
  await flash(board, model);
  return { board, study: await DriftStudy.begin(board, model, options) };
}

test('every method is measured at every time, and the same seed measures the same', async (t) => {
  const run = async () => {
    const { board, study } = await begin();
    const results = await followDrift(study, classes, options);
    t.is((await board.status()).clock, 365 * 86_400);
    await board.close();
    return results;
  };
  const results = await run();
  t.deepEqual(
    results.map(({ seconds, method }) => [seconds, method]),
    options.times.flatMap((seconds) => options.methods.map((method) => [seconds, method])),
  );
  const last = (method: string) => results.findLast((result) => result.method === method)!;
  t.true(last('matched').mvmErrorRms < last('none').mvmErrorRms / 2);
  t.deepEqual(await run(), results);
});

test('learned, then drifted: times count from the learning, and every task begins on the same board', async (t) => {
  const { board, study } = await begin();
  const methods = [...options.methods, 'validated'] as const;
  const results = await followRetention(study, classes, 3600, { ...options, methods, times: [0, 86_400] });
  t.is(results.length, 2 * methods.length);
  t.is((await board.status()).clock, 3600 + 86_400);
  for (const { accuracy, probes, method, estimatedBy } of results) {
    t.true(method === 'validated' ? ['global', 'matched'].includes(estimatedBy) : estimatedBy === method);
    t.true(accuracy >= 0 && accuracy <= 1);
    t.is(probes > 0, method !== 'none');
  }
  await board.close();
});

test('the correction that changes nothing gives the very same sums', async (t) => {
  const learnTask = async (correct: boolean) => {
    const board = await openBoard('emulator:hermes?seed=1');
    await flash(board, model);
    const learner = await DeviceLearner.open(board, model);
    const { placements } = planModel(model, board.information);
    if (correct) learner.correct(placements.map(identityCorrection));
    const task = noiseTask(1);
    await learner.learn(task);
    const probabilities = await learner.classify(task.query.map(({ drawing }) => drawing));
    await board.close();
    return probabilities;
  };
  t.deepEqual(await learnTask(true), await learnTask(false));
});

test('drift exponents follow from the first and the last scales', (t) => {
  const [start, exponent, age] = [300, 0.06, 86_400];
  const at = (seconds: number, scale: number) => ({ seconds, scales: [[scale]] }) as DriftResult;
  const scale = ((age + start) / start) ** exponent;
  const [found] = driftExponents([at(0, 1), at(age, scale)], start);
  t.true(Math.abs(found - exponent) < 1e-12);
  t.deepEqual(driftExponents([at(0, 1)], start), []);
});

test('a recording comes back from its file as it was; another file is refused', async (t) => {
  const { board, study } = await begin();
  const folder = await mkdtemp(join(tmpdir(), 'pcm-recording-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, 'fresh.json');
  t.is(await readRecording(path), undefined);
  const written = { serial: 'a', model: 'b', clock: 3, recording: study.recording };
  await writeRecording(path, written);
  const read = await readRecording(path);
  t.deepEqual(read, written);
  t.is(recordingId(read!.recording), recordingId(study.recording));
  await writeFile(path, '{}');
  await t.throwsAsync(readRecording(path), { instanceOf: DataError });
  const endless = readRecording('/dev/zero');
  if (process.platform === 'win32') t.is(await endless, undefined);
  else await t.throwsAsync(endless, { instanceOf: DataError, message: /larger than 512 MiB/ });
  await board.close();
});

test('aborted, drift reports what it has measured for all tasks, the same as a run to the end', async (t) => {
  const { board, study } = await begin();
  const whole = await followDrift(study, classes, options);
  await board.close();
  for (const [stopAfter, measured] of [
    [1, 0],
    [3, 1],
    [4, 2],
    [7, 3],
  ]) {
    const { board, study } = await begin();
    const stop = new AbortController();
    const onProgress = (done: number) => done >= stopAfter && stop.abort();
    const results = await followDrift(study, classes, { ...options, signal: stop.signal, onProgress });
    t.is(results.length, Math.max(1, measured), `after ${stopAfter} tasks`);
    if (measured > 0) t.deepEqual(results, whole.slice(0, measured));
    else t.deepEqual(results[0].accuracies, whole[0].accuracies.slice(0, 1)); // of the first task alone
    await board.close();
  }
  const { board: other, study: unbegun } = await begin();
  const none = followDrift(unbegun, classes, { ...options, signal: AbortSignal.abort() });
  await t.throwsAsync(none, { any: true, name: 'AbortError' });
  await other.close();
});

test('aborted, retention reports the methods that it has measured for all tasks', async (t) => {
  const run = async (stopAfter: number) => {
    const { board, study } = await begin();
    const stop = new AbortController();
    const onProgress = (done: number) => done >= stopAfter && stop.abort();
    const settings = { ...options, methods: ['none', 'global'] as const, signal: stop.signal, onProgress };
    const results = await followRetention(study, classes, 3600, settings);
    await board.close();
    return results;
  };
  const whole = await run(Infinity);
  t.deepEqual(
    await run(3),
    whole.filter(({ method }) => method === 'none'),
  );
  const [first] = await run(1);
  t.deepEqual(first.accuracies, whole[0].accuracies.slice(0, 1));
});
