import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { PNG } from 'pngjs';
import { decodeModel } from '../../../../network/index.js';
import { saveModel } from '../../../../network/node/index.js';
import { writeAlphabet, writeShapes } from '../../fixtures/images.js';
import { bundledModel, pcm, temporaryFolder } from '../../rig.js';
import { writeProfile } from '../../fixtures/profiles.js';

interface Report {
  layers: {
    name: string;
    inputsClipped: number;
    maxInputCode: number;
    codesClipped: number;
    dead: boolean;
  }[];
  warnings: string[];
  blankDrawings?: number;
  parted?: { tasks: number; device: number; float32: number } | null;
}

/** Runs `pcm ... --json`, which must succeed, and checks that each warning is on stderr too. */
async function run(...args: string[]): Promise<Report & { stderr: string; title: string }> {
  const { code, stdout, stderr } = await pcm(...args, '--json');
  if (code !== 0) throw new Error(`pcm ${args.join(' ')}: ${stderr}`);
  const report = JSON.parse(stdout) as Report;
  for (const warning of report.warnings)
    if (!stderr.includes(`Warning: ${warning}\n`)) throw new Error(`not told: ${warning}`);
  return { ...report, stderr, title: args[0] };
}

async function modelWithScale(folder: string, inputScale: number): Promise<string> {
  const { description, tensors } = decodeModel(await readFile(bundledModel));
  description.layers[1].inputScale = inputScale;
  const path = join(folder, `scale${inputScale}.safetensors`);
  await saveModel(path, { description, tensors });
  return path;
}

test('flash and learn show what goes through each layer, and warn of scales that do not fit', async (t) => {
  const folder = await temporaryFolder();
  const { classes } = await writeShapes(folder);
  for (const report of [
    await run('flash', bundledModel),
    await run('learn', bundledModel, '--classes', classes),
  ]) {
    t.deepEqual(report.warnings, [], report.title);
    t.deepEqual(
      report.layers.map(({ name, dead }) => [name, dead]),
      ['conv1', 'conv2', 'conv3', 'conv4', 'head'].map((name) => [name, false]),
    );
  }
  const [small, large] = [await modelWithScale(folder, 1e-30), await modelWithScale(folder, 1e30)];
  for (const command of [['flash'], ['learn', '--classes', classes]]) {
    const [name, ...rest] = command;
    const clipped = await run(name, small, ...rest);
    t.true(clipped.warnings.some((text) => /^Layer conv2: 100 % of its inputs exceed/.test(text)));
    const dead = await run(name, large, ...rest);
    t.true(dead.warnings.some((text) => /^Layer conv2 is dead/.test(text)));
  }
});

test('learn says that the device parts from software, at once and in the end, and that drawings are blank', async (t) => {
  const folder = await temporaryFolder();
  const data = await writeAlphabet(join(folder, 'data'), 8);
  const file = await writeProfile(folder, ({ faults }) => (faults.deadFraction = 0.97));
  const task = ['--ways', '3', '--shots', '2', '--queries', '5', '--tasks', '6'];
  const dead = ['--board', `emulator:${file}`, '--allow-faults'];
  const { parted, warnings, stderr } = await run('learn', bundledModel, '--data', data, ...task, ...dead);
  t.true(parted !== null && parted!.device < parted!.float32);
  t.regex(warnings[0], /the device recognises [\d.]+ % of the queries, software [\d.]+ %/);
  t.is(stderr.split(warnings[0]).length, 2, 'told once');

  const white = new PNG({ width: 56, height: 56 });
  white.data.fill(255);
  await mkdir(join(data, 'Shapes', 'character09'), { recursive: true });
  for (let drawing = 1; drawing <= 8; drawing++)
    await writeFile(join(data, 'Shapes', 'character09', `${drawing}.png`), PNG.sync.write(white));
  const sound = await run('learn', bundledModel, '--data', data, ...task);
  t.is(sound.blankDrawings, 8);
  t.deepEqual(sound.warnings, ['8 of 32 drawings are blank; remove them from the data.']);
  t.is(sound.parted, null);
});
