import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import test from 'ava';
import { bundle } from './bundle.js';
import { example, learnInNode, readAssets } from './learn.js';

test('without any global of Node, a board is flashed and learns a task as in Node, to the digit', async (t) => {
  const { text: script } = await bundle({ file: join(example, 'learn.js') });
  const workerData = { script, assets: await readAssets() };
  const worker = new Worker(new URL('guest.js', import.meta.url), { workerData });
  t.teardown(() => worker.terminate());
  const [{ result, globals }] = (await once(worker, 'message')) as [
    { result: unknown; globals: readonly string[] },
  ];

  const forbidden = ['Buffer', 'process', 'global', 'setImmediate', 'require', 'fetch', 'navigator'];
  t.deepEqual(
    forbidden.filter((name) => globals.includes(name)),
    [],
  );
  const expected = await learnInNode();
  t.deepEqual(result, expected);
  t.true(expected.accuracies.at(-1)! > 0.9, `${expected.accuracies.at(-1)}`);
});
