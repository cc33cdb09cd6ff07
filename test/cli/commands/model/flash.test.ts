import test from 'ava';
import { openBoard } from '../../../../boards/index.js';
import { DeviceFault } from '../../../../protocol/index.js';
import { writeShapes } from '../../fixtures/images.js';
import { setColumn } from '../../../runtime/rig.js';
import { Emulator, bundledModel, pcm, pcmJson, temporaryFolder, withoutSeconds } from '../../rig.js';

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

test('layers move past a dead column: flash says so, and verify, learn and another flash find them', async (t) => {
  const { classes } = await writeShapes(await temporaryFolder());
  const emulator = await Emulator.start();
  t.teardown(() => emulator.stop());
  const { url } = emulator;
  const board = await openBoard(url);
  await setColumn(board, 0, 60, DeviceFault.dead);
  await board.close();
  const first = await pcm('flash', bundledModel, '--board', url);
  t.is(first.code, 0, first.stderr);
  t.regex(
    first.stdout,
    /Layer conv2 sits past faulty columns: columns 60-111 of core 0 moved to columns 61-112/,
  );
  const again = await pcmJson('flash', bundledModel, '--board', url);
  const moved = again.moved as { layer: string; to: { core: number; columns: number[] } }[];
  t.true(moved.some(({ layer }) => layer === 'conv2'));
  t.false(moved.some(({ to }) => to.core === 0 && to.columns.includes(60)));
  t.true((await pcmJson('verify', bundledModel, '--board', url)).sound as boolean);
  const { supportAccuracy } = await pcmJson('learn', bundledModel, '--classes', classes, '--board', url);
  t.is(supportAccuracy, 1);
  const retried = await pcm('flash', bundledModel, '--retry-columns', '--board', url, '--json');
  t.true((JSON.parse(retried.stdout) as { moved: unknown[] }).moved.length > 0, 'it is found dead again');
});

test('verify --min ends with 1 and a sentence if a smaller share reads back than asked for', async (t) => {
  const emulator = await Emulator.start();
  t.teardown(() => emulator.stop());
  const verify = ['verify', bundledModel, '--board', emulator.url];
  await pcmJson('flash', bundledModel, '--board', emulator.url);
  t.is((await pcm(...verify, '--min', '0.5')).code, 0);
  const all = await pcm(...verify, '--min', '1', '--json');
  t.is(all.code, 1);
  t.regex(all.stderr, /Only [\d.]+ % of the devices .* --min asks for 100\.0 %; run 'pcm refresh'/);
  t.true((JSON.parse(all.stdout) as { sound: boolean }).sound, 'the report is printed, and knows no faults');
  t.is((await pcm(...verify, '--min', '90')).code, 2);
});
