import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundledModels, loadModel, saveModel } from '../../network/node/index.js';
import { learningCurve } from '../../training/run/curve.js';
import { writeShapes } from '../cli/fixtures/images.js';
import { pcm, temporaryFolder } from '../cli/rig.js';

const schedule = { meta: { steps: 150, fourBitPart: 0.4 } };
const curve = [
  ...Array.from({ length: 15 }, (_, epoch) => ({
    phase: 'classifier' as const,
    step: 203 * (epoch + 1),
    epoch,
  })),
  ...Array.from({ length: 5 }, (_, part) => ({
    phase: 'meta' as const,
    step: 30 * (part + 1),
    epoch: 15 + part,
  })),
].map(({ phase, step, epoch }) => ({
  phase,
  step,
  loss: 6 * Math.exp(-epoch / 5),
  float32: 0.975 - 0.08 * Math.exp(-epoch / 4),
  int4: 0.972 - 0.09 * Math.exp(-epoch / 4),
}));

/** Makes every page of the product by its commands, with small tasks. Returns the paths by name. */
export async function makePages(): Promise<Record<string, string>> {
  const folder = await temporaryFolder();
  const { classes } = await writeShapes(folder);
  const [model, unrecorded] = ['model.safetensors', 'unrecorded.safetensors'].map((name) =>
    join(folder, name),
  );
  const bundled = await loadModel(bundledModels.omniglot);
  for (const [path, training] of [
    [model, { schedule, curve }],
    [unrecorded, undefined],
  ] as const) {
    await saveModel(path, { ...bundled, description: { ...bundled.description, training } });
  }
  const tasks = ['--data', classes, '--ways', '3', '--shots', '1', '--queries', '2'];
  const commands: Record<string, string[]> = {
    demo: ['demo'],
    learn: ['learn', model, ...tasks, '--tasks', '6'],
    'learn-unrecorded': ['learn', unrecorded, ...tasks, '--tasks', '1'],
    drift: ['drift', model, ...tasks, '--tasks', '2', '--budget', '32'],
    retention: [
      'drift',
      model,
      ...tasks,
      '--tasks',
      '2',
      '--budget',
      '32',
      '--learn-at',
      '30d',
      '--times',
      '0s,1y',
    ],
    calibrate: ['calibrate'],
    arm: ['arm', bundledModels.arm, '--trajectories', '3'],
  };
  const pages: Record<string, string> = {};
  for (const [name, args] of Object.entries(commands)) {
    pages[name] = join(folder, `${name}.html`);
    const { code, stderr } = await pcm(...args, '--out', pages[name]);
    if (code !== 0) throw new Error(`pcm ${args.join(' ')} ended with ${code}: ${stderr}`);
  }
  pages.training = join(folder, 'training.svg');
  await writeFile(pages.training, learningCurve({ points: curve, fourBitFrom: 90 }));
  return pages;
}
