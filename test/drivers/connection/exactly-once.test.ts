import { runInNewContext } from 'node:vm';
import { setFlagsFromString } from 'node:v8';
import test from 'ava';
import { type Dial, evenRates, FaultInjector, faultKinds } from '../../../drivers/index.js';
import { askAll } from './mixed-requests.js';
import { dialFirmware, openConnection } from '../rig.js';
import { smallBoard } from '../small-board.js';

/** `npm run test:heavy` makes more requests. */
const count = process.env.PCM_TEST_HEAVY ? 100_000 : 10_000;
/** Requests at a time: more than the window. */
const TOGETHER = 24;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

async function run(wrap: (dial: Dial) => Dial, each?: (answered: number) => void) {
  const { firmware, counters } = smallBoard({ stallAfter: 50 });
  const patience = { retryAfter: 20, giveUpAfter: 10_000, redials: 12, redialAfter: 1 };
  const connection = await openConnection(wrap(dialFirmware(firmware)), patience);
  const outcomes = await askAll(connection, count, TOGETHER, each);
  await connection.close();
  return { outcomes, counters };
}

const faultless = run((dial) => dial);

test('without faults, each request is executed once', async (t) => {
  const { outcomes, counters } = await faultless;
  t.is(counters.executed, count);
  t.true(outcomes.some((outcome) => outcome.startsWith('outOfRange')));
  t.true(counters.setPulses > count / 4 && counters.resetPulses > count / 4);
});

for (const seed of [1, 2]) {
  test(`5 % faults of all kinds, seed ${seed}: the same answers, the same state, bounded memory`, async (t) => {
    const faults = new FaultInjector({ seed, rates: evenRates(0.05) });
    const heaps: number[] = [];
    const { outcomes, counters } = await run(
      (dial) => faults.wrap(dial),
      (answered) => {
        if (answered % (count / 10) !== 0) return;
        collectGarbage();
        heaps.push(process.memoryUsage().arrayBuffers);
      },
    );
    const expected = await faultless;
    t.deepEqual(counters, expected.counters);
    t.is(
      outcomes.findIndex((outcome, i) => outcome !== expected.outcomes[i]),
      -1,
    );
    for (const kind of faultKinds) t.true(faults.counts[kind] > count / 500, `${kind} happened`);
    // Host and board keep a window of requests and answers for repeats, of up to 4 kB each.
    t.true(Math.max(...heaps) < 20e6, `buffers: ${heaps.join()}`);
    t.log(faults.counts);
  });
}
