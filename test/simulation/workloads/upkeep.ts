import type { Board } from '../../../drivers/index.js';
import type { Model } from '../../../network/index.js';
import { calibrate, type Plan } from '../../../runtime/index.js';
import { compensate } from '../../../runtime/drift/compensation.js';
import { bodyLayers } from '../../../runtime/drift/layers.js';
import { record, type Recording } from '../../../runtime/drift/recording.js';
import { BrokenPromise } from '../world/oracle.js';

/** Probe vectors for each layer. */
const PROBES = 8;

/** Sets the digital units of all columns to change nothing, whatever an interrupted calibration has left. */
export async function resetColumns(host: Board): Promise<void> {
  const { cores, columns, scaleFractionBits } = host.information;
  const scales = new Int16Array(columns).fill(2 ** scaleFractionBits);
  for (let core = 0; core < cores; core++)
    await host.writeColumns(core, 0, { scales, offsets: new Int16Array(columns) });
}

/** Calibrates a board whose converters are exact, which must find just that. Errors: `BrokenPromise`. */
export async function calibrateExact(host: Board): Promise<void> {
  const { cores } = await calibrate(host, { maxRounds: 4 });
  for (const { core, columns, unmeasured } of cores)
    for (const [column, { gain, offset }] of columns.entries())
      if (!unmeasured.includes(column) && !(Math.abs(gain - 1) < 0.02 && Math.abs(offset) < 1))
        throw new BrokenPromise(
          `Column ${column} of core ${core} was calibrated with a gain of ${gain}, an offset of ${offset}.`,
        );
  await resetColumns(host);
}

/** The answers of the model's layers as they are now. */
export const recordFresh = (host: Board, model: Model, plan: Plan): Promise<Recording> =>
  record(host, plan, bodyLayers(model, plan), PROBES, 1);

/** Compensates the drift of a board that has none: not a factor may change. Errors: `BrokenPromise`. */
export async function compensateNothing(
  host: Board,
  model: Model,
  plan: Plan,
  recording: Recording,
): Promise<void> {
  const layers = bodyLayers(model, plan);
  const drifted = { board: host, plan, layers, recording, activations: [] };
  const { corrections } = await compensate('column', drifted);
  for (const { scale, offset } of corrections)
    if (scale.some((factor) => Math.abs(factor - 1) > 1e-9) || offset.some((shift) => shift !== 0))
      throw new BrokenPromise('A compensation found drift on a board that has none.');
}
