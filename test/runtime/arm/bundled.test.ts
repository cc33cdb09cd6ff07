import { fileURLToPath } from 'node:url';
import test from 'ava';
import { withBoard } from '../../../cli/board.js';
import { evaluateArm } from '../../../runtime/arm/evaluate.js';
import { loadArmModel } from '../../../runtime/arm/model.js';

const bundled = fileURLToPath(new URL('../../../../models/arm.safetensors', import.meta.url));

test('with the bundled model one update on a noisy chip brings the arm along movements it has never seen', async (t) => {
  const model = await loadArmModel(bundled);
  const result = await withBoard({ board: 'emulator:hermes?seed=2', token: '' }, (board) =>
    evaluateArm(board, model, { trajectories: 4, seed: 9 }),
  );
  t.true(result.errorBefore > 15);
  for (const error of [result.errorAfter, result.software.float32, result.software.int4])
    t.true(error < 3, `${error} % of the reach`);
  t.true(result.pairsUpdated > 0.02 && result.pairsUpdated < 0.3);
});
