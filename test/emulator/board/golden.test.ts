import test from 'ava';
import { plainBackend } from '../../../emulator/chip/plain-backend.js';
import { nodeBackend } from '../../../emulator/node/kernels/node-backend.js';
import { goldenProfiles } from './golden-log.js';
import { readGolden, replay } from './golden-replay.js';

// If an answer differs on purpose, `npm run golden` records the answers again.
const golden = readGolden();

const backends = {
  'the plain path': plainBackend,
  'the fast path': () => nodeBackend({ threaded: false }),
  'the fast path on two threads': () => nodeBackend(),
};

test('the recorded boards are those of the log', (t) => {
  t.deepEqual(Object.keys(golden), Object.keys(goldenProfiles));
});

for (const name of Object.keys(goldenProfiles))
  for (const [path, backend] of Object.entries(backends))
    test(`${name} answers as recorded: ${path}`, async (t) => {
      t.deepEqual(await replay(name, backend()), golden[name]);
    });
