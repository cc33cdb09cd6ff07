import { bundledModels } from '../../network/node/index.js';
import { openEmulatedBoard } from '../../boards/index.js';
import { inventCharacters } from '../../data/index.js';
import type { Profile } from '../../emulator/index.js';
import { loadProfile } from '../../emulator/node/index.js';
import {
  bodyLayers,
  calibrate,
  flash,
  multiplicationError,
  networkProbes,
  planModel,
} from '../../runtime/index.js';
import { loadModel } from '../../network/node/index.js';
import type { Figure } from '../fixtures/measure.js';

export const bundledModel = bundledModels.omniglot;
const silent: Profile['readNoise']['relative'] = [{ form: 'polynomial', coefficients: [0] }];

/** Where the error of a multiplication right after flashing comes from, and what calibration leaves of it. */
export async function benchCalibration(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const name of ['hermes', 'pcm-like']) {
    const profile = loadProfile(name);
    // Nominal converters, fine enough that their rounding is nothing.
    const alone = {
      ...profile,
      adc: { ...profile.adc, gainDeviation: 0, offsetDeviation: 0, bits: 14 },
      digital: { fractionBits: 14 },
    };
    const programming = { ...alone, readNoise: { ...alone.readNoise, relative: silent } };
    const reading = { ...alone, programming: { ...alone.programming, deviation: silent } };
    const noise = await errorOf(alone);
    const calibrated = await errorOf(profile, true);
    figures.push(
      percent(`${name}: programming noise alone`, await errorOf(programming)),
      percent(`${name}: read noise alone`, await errorOf(reading)),
      percent(`${name}: both`, noise),
      percent(`${name}: converters as made, not calibrated`, await errorOf(profile)),
      percent(`${name}: calibrated`, calibrated),
      {
        name: `${name}: calibrated / noise alone`,
        value: calibrated / noise,
        unit: 'x',
        target: { atMost: 1.1 },
      },
    );
  }
  return figures;
}

const percent = (name: string, fraction: number): Figure => ({ name, value: 100 * fraction, unit: '% rms' });

/** Error of the multiplications of the bundled model, freshly flashed, relative to their standard deviation. */
async function errorOf(profile: Profile, calibrated = false): Promise<number> {
  const board = await openEmulatedBoard({ profile, seed: 1 });
  try {
    const model = await loadModel(bundledModel);
    await flash(board, model);
    if (calibrated) await calibrate(board);
    const plan = planModel(model, board.information);
    const probes = networkProbes(model, plan, {
      count: 1024,
      seed: 7,
      invent: inventCharacters,
      purpose: 'test',
    });
    return await multiplicationError(board, bodyLayers(model, plan), [], probes);
  } finally {
    await board.close();
  }
}
