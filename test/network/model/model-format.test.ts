import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { openBoard } from '../../../boards/index.js';
import { startEmulator } from '../../../testing/index.js';
import { flash } from '../../../runtime/flash/flash.js';
import { decodeModel } from '../../../network/model/model-file.js';
import { loadModel } from '../../../network/node/model-files.js';
import { root } from '../../cli/rig.js';
import { smallModel } from '../small-model.js';

const run = promisify(execFile);
/** PCM_PYTHON names one with NumPy and safetensors if `python3` has none. */
const python = process.env.PCM_PYTHON ?? 'python3';
const testWith = (modules: string) =>
  spawnSync(python, ['-c', `import ${modules}`]).status === 0 ? test : test.skip;

/**
 * The Python of the model format's description: the writer with safetensors, and the one without any package.
 */
async function snippets(): Promise<[string, string]> {
  const text = await readFile(join(root, 'docs/model-format.md'), 'utf8');
  const [withPackage, without] = [...text.matchAll(/```python\n(.*?)```/gs)].map(([, code]) => code);
  return [withPackage, without];
}

testWith('numpy, safetensors')(
  'the writer with safetensors in docs/model-format.md writes a model that a board takes',
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'pcm-'));
    const [code] = await snippets();
    t.true(code.trim().split('\n').length <= 12, 'about ten lines');
    await run(python, ['-c', code], { cwd: folder });
    const model = await loadModel(join(folder, 'mine.safetensors'));
    t.deepEqual(model.tensors.get('conv1.weight')!.shape, [56, 1, 3, 3]);
    const emulator = await startEmulator({ profile: 'hermes', seed: 1 });
    const board = await openBoard(emulator.url);
    const { converged, devices } = await flash(board, model);
    t.true(converged > 0.9 * devices);
    await board[Symbol.asyncDispose]();
    await emulator.close();
  },
);

testWith('json')(
  'the writer without any package in docs/model-format.md writes what was given',
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'pcm-'));
    const { description, tensors } = smallModel();
    const lists = Object.fromEntries(
      [...tensors].map(([name, { shape, data }]) => [name, [shape, [...data]]]),
    );
    await writeFile(join(folder, 'model.json'), JSON.stringify({ description, tensors: lists }));
    const [, code] = await snippets();
    const call = `${code}\nmodel = json.load(open("model.json"))\nsave("mine.safetensors", model["tensors"], model["description"])`;
    await run(python, ['-c', call], { cwd: folder });
    const bytes = await readFile(join(folder, 'mine.safetensors'));
    t.deepEqual(decodeModel(bytes), smallModel());
  },
);
