import { inventCharacters } from '../../data/index.js';
import { openBoard } from '../../boards/index.js';
import { calibrate, type DriftMethodName, DriftStudy, flash } from '../../runtime/index.js';
import { bundledModels, loadModel } from '../../network/node/index.js';
import type { Figure } from '../fixtures/measure.js';

const methods: DriftMethodName[] = ['none', 'global', 'column', 'affine', 'matched'];

/**
 * Error left by each compensation on a chip that was flashed and recorded at 25 degrees, an hour later at
 * others.
 */
export async function benchTemperature(): Promise<Figure[]> {
  await using board = await openBoard('emulator:hermes-thermal?seed=1');
  const model = await loadModel(bundledModels.omniglot);
  await flash(board, model);
  await calibrate(board);
  const study = await DriftStudy.begin(board, model, { budget: 256, seed: 1, invent: inventCharacters });
  await board.advanceClock(3600);
  const figures: Figure[] = [];
  for (const celsius of [25, 0, 45, 65, 85]) {
    await board.setTemperature(celsius);
    for (const method of methods) {
      const { corrections } = await study.estimate(method);
      const value = 100 * (await study.error(corrections));
      figures.push({ name: `hermes-thermal at ${celsius} degrees: ${method}`, value, unit: '% rms' });
    }
  }
  return figures;
}
