import { bundledModels } from '../../../network/node/index.js';
import test from 'ava';
import { withBoard } from '../../../cli/board/board.js';
import { evaluateArm } from '../../../runtime/arm/evaluate.js';
import { loadArmModel } from '../../../network/node/model-files.js';

const bundled = bundledModels.arm;

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
