import test from 'ava';
import {
  addActivation,
  decodeModel,
  encodeModel,
  type Model,
  ModelError,
  SoftwareNetwork,
} from '../../../network/index.js';
import { DeviceNetwork, flash, planModel } from '../../../runtime/index.js';
import { openBoard } from '../../../boards/index.js';
import { images, unsaturatedModel } from '../rig.js';

const leaky = (value: number) => (value > 0 ? value : value / 4);
addActivation('leaky', leaky);

/** The small model with this activation in its second layer, and no mean after it. */
function modelWith(activation: string): Model {
  const model = unsaturatedModel();
  Object.assign(model.description.layers[1], { activation, mean: undefined });
  return model;
}

test("an activation of one's own is read from a model file, and computed in software and with a board", async (t) => {
  const model = decodeModel(encodeModel(modelWith('leaky')));
  const drawings = images(4, 1);
  const software = new SoftwareNetwork(model, 'int4');
  const linear = new SoftwareNetwork(modelWith('none'), 'int4');
  const board = await openBoard('emulator:ideal?seed=1');
  await flash(board, model);
  const features = await new DeviceNetwork(board, model, planModel(model, board.information)).features(
    drawings,
  );
  let [errors, squares, negative] = [0, 0, 0];
  for (const [index, drawing] of drawings.entries()) {
    const expected = software.features(drawing);
    t.deepEqual(expected, linear.features(drawing).map(leaky));
    for (const [at, value] of expected.entries()) {
      errors += (features[index][at] - value) ** 2;
      squares += value ** 2;
      if (value < 0) negative++;
    }
  }
  t.true(errors < 0.01 * squares, `${errors} of ${squares}`);
  t.true(negative > 10);
  await board.close();
});

test('a name that no activation has is refused with those that there are, and a name is given once', (t) => {
  const unknown = modelWith('sine');
  t.throws(() => encodeModel(unknown), {
    instanceOf: ModelError,
    message: /Invalid option: expected one of "relu"\|"none"\|"leaky"/,
  });
  t.throws(() => new SoftwareNetwork(unknown), {
    instanceOf: ModelError,
    message: 'There is no activation "sine"; use one of relu, none, leaky, or add it with addActivation.',
  });
  t.throws(() => addActivation('relu', leaky), { instanceOf: RangeError });
});
