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
import { bundledModels, loadModel } from '../../network/node/index.js';
import type { Figure } from '../fixtures/measure.js';

const silent: Profile['readNoise']['relative'] = [{ form: 'polynomial', coefficients: [0] }];

/** Sources of the multiplication error right after flashing, and the error that calibration leaves. */
export async function benchCalibration(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const name of ['hermes', 'pcm-like']) {
    const profile = loadProfile(name);
    // Nominal converters whose rounding is negligible.
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
      percent(`${name}: converters not calibrated`, await errorOf(profile)),
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

/**
 * Multiplication error of the bundled model right after flashing, relative to the products' standard
 * deviation.
 */
async function errorOf(profile: Profile, calibrated = false): Promise<number> {
  await using board = await openEmulatedBoard({ profile, seed: 1 });
  const model = await loadModel(bundledModels.omniglot);
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
}
