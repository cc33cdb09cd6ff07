import test from 'ava';
import { drawStrokes, inventCharacters } from '../../../../data/index.js';
import {
  type DriftMethod,
  type DriftMethodName,
  driftMethod,
  driftMethodNames,
  driftMethods,
  type DriftOptions,
  DriftStudy,
  flash,
  followDrift,
  followRetention,
  fromRecorded,
  identityCorrection,
} from '../../../../runtime/index.js';
import { openBoard } from '../../../../boards/index.js';
import { unsaturatedModel } from '../../rig.js';

/** One factor for each layer: an example of a user's own method. */
const layer: DriftMethod = {
  name: 'layer',
  description: 'one factor a layer',
  estimate: fromRecorded((answers) =>
    answers.map(({ placement, expected, present }) => {
      const power = (one: Float64Array, other: Float64Array) =>
        one.reduce((sum, code, index) => sum + code * other[index], 0);
      const factor = power(expected, present) / power(present, present);
      const { scale, offset } = identityCorrection(placement);
      return { scale: scale.map(() => factor), offset };
    }),
  ),
};

/** One that chooses between others, as `validated` does. */
const cautious: DriftMethod = {
  name: 'cautious',
  description: 'none on a fresh board, otherwise layer',
  async estimate(drifted) {
    const { clock } = await drifted.board.status();
    const chosen = clock > 0 ? layer : driftMethods.none;
    return { ...(await chosen.estimate(drifted)), chosen };
  },
};

const model = unsaturatedModel();
const classes = drawStrokes({ classes: 6, drawings: 6, seed: 1, side: 6 });
const options: DriftOptions = {
  times: [0, 365 * 86_400],
  methods: ['none', layer, cautious],
  tasks: 2,
  updates: 2,
  ways: 3,
  shots: 2,
  queries: 4,
  budget: 64,
  seed: 1,
};

async function begin() {
  const board = await openBoard('emulator:hermes?seed=1');
  await flash(board, model);
  return { board, study: await DriftStudy.begin(board, model, { ...options, invent: inventCharacters }) };
}

test("a method of one's own is followed like those that have names", async (t) => {
  const { board, study } = await begin();
  const shown = new Set<string>();
  const onProgress = (_done: number, _total: number, _seconds: number, method: string) => shown.add(method);
  const results = await followDrift(study, classes, { ...options, onProgress });
  t.deepEqual([...shown], ['none', 'layer', 'cautious']);
  t.deepEqual(
    results.map(({ method, estimatedBy }) => [method, estimatedBy]),
    [
      ['none', 'none'],
      ['layer', 'layer'],
      ['cautious', 'none'],
      ['none', 'none'],
      ['layer', 'layer'],
      ['cautious', 'layer'],
    ],
  );
  const [none, own, chosen] = results.slice(3);
  t.true(own.mvmErrorRms < 0.6 * none.mvmErrorRms, `${own.mvmErrorRms} of ${none.mvmErrorRms}`);
  t.true(chosen.mvmErrorRms < 0.6 * none.mvmErrorRms);
  t.true(own.probes > 0);
  await board.close();
});

test("after learning, the head is compensated by the method that was chosen, one's own as well", async (t) => {
  const { board, study } = await begin();
  const results = await followRetention(study, classes, 3600, { ...options, times: [0, 86_400] });
  t.is(results.length, 2 * options.methods.length);
  for (const { method, estimatedBy, probes } of results) {
    t.is(estimatedBy, method === 'cautious' ? 'layer' : method);
    t.is(probes > 0, method !== 'none');
  }
  await board.close();
});

test('every method is found by its own name, and another name is refused', (t) => {
  for (const name of driftMethodNames) t.is(driftMethod(name).name, name);
  t.is(driftMethod(layer), layer);
  t.throws(() => driftMethod('toString' as DriftMethodName), {
    instanceOf: RangeError,
    message: "There is no method 'toString'; name some of none, global, column, affine, matched, validated.",
  });
});
