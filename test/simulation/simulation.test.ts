import test from 'ava';
import { regressions } from './regressions.js';
import { simulate } from './simulate.js';
import { StuckError, VirtualTime } from './world/virtual-time.js';

for (const seed of [1, 2, 3, 4, 7, 8])
  test(`hosts and board keep their promises under the faults of seed ${seed}`, async (t) => {
    const { requests, seconds } = await simulate({ seed, requests: 400 });
    t.true(requests >= 400 && seconds > 0);
  });

for (const { seed, found } of regressions)
  test(`seed ${seed} no longer finds what it once did: ${found}`, async (t) => {
    await t.notThrowsAsync(simulate({ seed, requests: 3000 }));
  });

test('a seed brings back every fault', async (t) => {
  t.deepEqual(await simulate({ seed: 5, requests: 300 }), await simulate({ seed: 5, requests: 300 }));
});

test('a virtual clock jumps from event to event, and says when nothing more can happen', async (t) => {
  const time = new VirtualTime();
  const order: string[] = [];
  time.after(2000, () => order.push('late'));
  time.after(1000, () => order.push('early'));
  const calledOff = time.after(1500, () => order.push('never'));
  calledOff();
  await time.run(new Promise<void>((resolve) => time.after(3000, resolve)), 10_000);
  t.deepEqual([order, time.now()], [['early', 'late'], 3000]);
  await t.throwsAsync(time.run(new Promise(() => undefined), 10_000), { instanceOf: StuckError });
});
