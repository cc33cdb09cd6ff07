import type { LayerSignals } from '../../runtime/index.js';
import { percent, table } from '../terminal/output.js';

/** What went through each layer, as a table. */
export const signalsTable = (layers: readonly LayerSignals[]): string =>
  table([
    ['layer', 'inputs clipped', 'maximum input code', 'output codes clipped', ''],
    ...layers.map(({ name, inputsClipped, maxInputCode, codesClipped, dead }) => [
      name,
      percent(inputsClipped),
      `${maxInputCode}`,
      percent(codesClipped),
      dead ? 'dead' : '',
    ]),
  ]);
