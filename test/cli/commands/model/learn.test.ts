import test from 'ava';
import { writeShapes } from '../../fixtures/images.js';
import { bundledModel, pcmJson, temporaryFolder } from '../../rig.js';

test("a person's own images, PNG and JPEG, are learned and recognised; the same on a fresh embedded board", async (t) => {
  const { classes, files } = await writeShapes(await temporaryFolder());
  const args = ['learn', bundledModel, '--classes', classes, '--classify', ...files];
  const result = await pcmJson(...args);
  t.deepEqual(result.classes, [
    { name: 'bar', drawings: 3 },
    { name: 'cross', drawings: 3 },
    { name: 'ring', drawings: 3 },
  ]);
  const recognised = result.files as { file: string; class: string; probabilities: Record<string, number> }[];
  for (const { file, class: name, probabilities } of recognised) {
    t.true(file.includes(`new-${name}.`), `${file} was taken for ${name}`);
    const sum = Object.values(probabilities).reduce((total, value) => total + value, 0);
    t.true(Math.abs(sum - 1) < 1e-5);
  }
  t.is(recognised.length, files.length);
  t.deepEqual(await pcmJson(...args), result);
});
