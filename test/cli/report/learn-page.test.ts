import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { parseHTML } from 'linkedom';
import { type LearnResult, learnPage } from '../../../cli/report/learn-page.js';
import { learningCurveOf } from '../../../cli/files/training-record.js';
import type { Model } from '../../../network/index.js';
import { smallModel } from '../../network/small-model.js';

const perUpdate = { float32: [0.2, 0.95, 0.991], int4: [0.2, 0.94, 0.989], device: [0.21, 0.93, 0.99] };
const interval = { float32: [0, 0.01, 0.002], int4: [0, 0.01, 0.002], device: [0.02, 0.01, 0.002] };

const result: LearnResult = {
  model: smallModel(),
  board: { serial: 'hermes-<1>', profile: 'hermes' } as LearnResult['board'],
  evaluation: {
    accuracy: 0.99,
    ci95: 0.002,
    software: { float32: 0.991, int4: 0.989 },
    softwareCi95: { float32: 0.002, int4: 0.002 },
    deviceMinusFloat32: { accuracy: -0.001, ci95: 0.0005 },
    accuracyPerUpdate: perUpdate,
    ci95PerUpdate: interval,
    tasks: 1000,
    devicesUpdatedPerTask: 15_800,
    multiplications: 1e8,
    secondsPerTask: 0.5,
    emptyUpdates: 0,
    drawings: 400,
    blankDrawings: 0,
    parted: null,
    layers: [],
  },
  accuracies: [perUpdate, { ...perUpdate, device: [0.2, 0.9, 1] }],
  size: { ways: 5, shots: 5, queries: 15 },
  updates: 2,
  seed: 1,
};

const schedule = { meta: { steps: 10, fourBitPart: 0.5 } };
const curve = (['classifier', 'meta'] as const).flatMap((phase) =>
  [5, 10].map((step) => ({ phase, step, loss: 1 / step, float32: 0.9, int4: 0.8 })),
);
const withTraining = (training: Record<string, unknown>): Model => {
  const model = smallModel();
  return { ...model, description: { ...model.description, training } };
};

const charts = (page: string) =>
  [...parseHTML(page).document.querySelectorAll('.wide svg')].map((svg) => svg.getAttribute('aria-label'));

test('the page has the panels of the paper, and says if a model has no record of its training', (t) => {
  const page = learnPage(result);
  t.is(charts(page).length, 4);
  for (const text of [
    /99\.00 ± 0\.20 %/,
    /−0\.10 ± 0\.05 points/,
    /holds no learning curve/,
    /hermes-&#60;1/,
  ])
    t.regex(page, text);
  t.notRegex(page, /NaN|undefined|(src|href)="(https?:)?\/\//);
});

test('loss and validation of both phases are drawn if the record has them, in 4 bits from the step that it names', async (t) => {
  const known = await learningCurveOf(withTraining({ schedule, curve }), 'nowhere');
  t.deepEqual(known, { points: curve, fourBitFrom: 5 });
  const page = learnPage({ ...result, curve: known });
  t.is(charts(page).length, 8);
  t.notRegex(page, /holds no learning curve|NaN/);
});

test('the record beside the model serves as well; a damaged or foreign one is ignored', async (t) => {
  const path = join(await mkdtemp(join(tmpdir(), 'pcm-record-')), 'model.safetensors');
  t.is(await learningCurveOf(withTraining({ minutes: 1 }), path), undefined);
  await writeFile(`${path}.json`, JSON.stringify({ schedule, curve }));
  t.deepEqual((await learningCurveOf(withTraining({ minutes: 1 }), path))?.points, curve);
  await writeFile(`${path}.json`, '{"curve": [');
  t.is(await learningCurveOf(withTraining({ minutes: 1 }), path), undefined);
});

test('an interval of a single task is unknown: a dash, never 0 or NaN', (t) => {
  const unknown = { float32: NaN, int4: NaN, device: NaN };
  const perUpdate = Object.fromEntries(
    Object.entries(result.evaluation.ci95PerUpdate).map(([key, values]) => [key, values.map(() => NaN)]),
  ) as unknown as typeof result.evaluation.ci95PerUpdate;
  const evaluation = {
    ...result.evaluation,
    ci95: NaN,
    softwareCi95: unknown,
    ci95PerUpdate: perUpdate,
    deviceMinusFloat32: { accuracy: 0, ci95: NaN },
  };
  const page = learnPage({ ...result, evaluation });
  t.notRegex(page, /NaN/);
  t.notRegex(page, /± -/);
});

test('warnings stand on the page, as text', (t) => {
  const page = learnPage({ ...result, warnings: ['Layer <b>conv1</b> is dead.'] });
  t.true(page.includes('Layer &#60;b&#62;conv1&#60;/b&#62; is dead.'));
  t.false(learnPage(result).includes('Warning'));
});
