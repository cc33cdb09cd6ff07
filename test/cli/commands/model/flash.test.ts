import test from 'ava';
import { writeShapes } from '../../fixtures/images.js';
import { Emulator, bundledModel, pcmJson, temporaryFolder, withoutSeconds } from '../../rig.js';

test('flash, verify and learn give the same JSON on fresh boards of one seed, over TCP and embedded', async (t) => {
  const { classes, files } = await writeShapes(await temporaryFolder());
  const learn = ['learn', bundledModel, '--classes', classes, '--classify', ...files];
  const overTcp = async () => {
    const emulator = await Emulator.start('--seed', '3');
    const { url } = emulator;
    const results = [
      withoutSeconds(await pcmJson('flash', bundledModel, '--board', url)),
      withoutSeconds(await pcmJson('verify', bundledModel, '--board', url)),
      await pcmJson(...learn, '--board', url),
      withoutSeconds(await pcmJson('info', '--board', url)),
    ];
    t.is(await emulator.stop(), 0);
    return results;
  };
  const [first, second] = [await overTcp(), await overTcp()];
  t.deepEqual(first, second);
  const embedded = await pcmJson('flash', bundledModel, '--board', 'emulator:hermes?seed=3');
  t.deepEqual(withoutSeconds(embedded), first[0]);
  t.is(typeof embedded.seconds, 'number');
  const other = await pcmJson('flash', bundledModel, '--board', 'emulator:hermes?seed=4');
  t.notDeepEqual(withoutSeconds(other), first[0]);
});
