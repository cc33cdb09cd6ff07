import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { PNG } from 'pngjs';
import { omniglotSplit } from '../../../data/index.js';
import { type Model, Random } from '../../../network/index.js';
import { testModel } from '../../../training/index.js';

/** Twenty characters of the test alphabets, twenty drawings each: a dot at a place of the character's own. */
async function dots(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pcm-dots-'));
  const random = new Random(1);
  for (let character = 0; character < 20; character++) {
    const alphabet = omniglotSplit.test[character % omniglotSplit.test.length];
    const path = join(folder, alphabet, `character${`${character}`.padStart(2, '0')}`);
    await mkdir(path, { recursive: true });
    for (let drawing = 0; drawing < 20; drawing++) {
      const image = new PNG({ width: 28, height: 28 });
      image.data.fill(255);
      for (const place of [5 + 36 * character, random.below(784)])
        image.data.fill(0, 4 * place, 4 * place + 3);
      await writeFile(join(path, `${drawing}.png`), PNG.sync.write(image));
    }
  }
  return folder;
}

const model: Model = {
  description: {
    format: 1,
    task: 'few-shot-classification',
    name: 'pixels',
    input: { channels: 1, height: 28, width: 28 },
    layers: [{ type: 'dense', name: 'head', activation: 'none', inputScale: 1 / 127, weightRange: 1 }],
    inner: { layer: 'head', updates: 2, rate: 1 },
  },
  tensors: new Map(),
};

test('the interval of a test is unknown after one task, and that of the toolkit after several', async (t) => {
  const data = [await dots()];
  for (const { float32, int4 } of await testModel(model, data, { tasks: 1, seed: 1 }))
    for (const { accuracy, ci95 } of [float32, int4]) {
      t.true(accuracy > 0);
      t.is(ci95, NaN);
      t.is(JSON.stringify({ ci95 }), '{"ci95":null}');
    }
  for (const { float32 } of await testModel(model, data, { tasks: 4, seed: 1 })) t.true(float32.ci95 >= 0);
});
