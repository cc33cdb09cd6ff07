import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { Progress } from './progress.js';

const checkpoint = join(mkdtempSync(join(tmpdir(), 'pcm-simulation-')), 'checkpoint.json');
const options = { seed: 7, length: 100, checkpoint };
const report = (seed: number) => ({ seed, requests: 100, powerCuts: 2, faults: { drop: 3 }, seconds: 5 });

test('a simulation goes on from its checkpoint, with the seeds that were under way, and keeps what failed', (t) => {
  const first = new Progress(options);
  t.deepEqual([first.take(), first.take(), first.take()], [7, 8, 9]);
  first.succeeded(report(8));
  first.failed({ seed: 7, error: 'broken' });
  first.write();

  const next = new Progress(options);
  t.deepEqual([next.take(), next.take()], [9, 10]);
  next.succeeded(report(9));
  const { runs, failed, requests, powerCuts, faults } = next.total;
  t.deepEqual([runs, failed, requests, powerCuts, faults], [3, 1, 200, 4, 6]);
  t.deepEqual(next.failures, [{ seed: 7, error: 'broken' }]);
  t.throws(() => new Progress({ ...options, length: 50 }), { message: /give --length 100/ });
  t.true(readFileSync(checkpoint, 'utf8').includes('"underWay"'));
});
