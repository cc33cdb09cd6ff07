import {
  columnRuns,
  describePlan,
  expectedSignals,
  flash as flashModel,
  type FlashReport,
  planOn,
  signalWarnings,
} from '../../../runtime/index.js';
import { inventCharacters } from '../../../data/index.js';
import type { Drawing, Model } from '../../../network/index.js';
import { loadModel } from '../../../network/node/index.js';
import { withBoard } from '../../board/board.js';
import { type AllowFaultsOptions, allowFaultsOption, endSound } from '../../board/soundness.js';
import { signalsTable } from '../../board/signals.js';
import { flashProgress } from '../../board/flashing.js';
import { BoardCommand, type BoardOptions, jsonOption } from '../../options.js';
import { percent, print, warn } from '../../terminal/output.js';

export const flash = new BoardCommand('flash')
  .description('program a meta-trained model to a board and verify it; resumes an interrupted flash')
  .argument('<model>', 'model file (safetensors)')
  .option('--retry-columns', 'use columns again that an earlier flash found faulty and passed over')
  .option('--plan', 'show where each layer would be placed, and program nothing')
  .addOption(allowFaultsOption())
  .addBoardOptions()
  .addOption(jsonOption())
  .action(
    async (
      path: string,
      options: BoardOptions & AllowFaultsOptions & { plan?: boolean; retryColumns?: boolean; json?: boolean },
    ) => {
      const model = await loadModel(path);
      await withBoard(options, async (board) => {
        const plan = await planOn(board, model);
        if (options.plan)
          return print(
            plan.placements.map(({ shape, ...rest }) => ({ layer: shape.layer.name, ...rest })),
            describePlan(plan),
            options.json,
          );
        if (!options.json) print(undefined, `${describePlan(plan)}\n`, false);
        const { onEvent, end } = flashProgress();
        const report = await flashModel(board, model, { ...options, onEvent }).finally(end);
        const layers = expectedSignals(model, plan, inventedFor(model));
        const warnings = signalWarnings(layers);
        print(
          { ...report, layers, warnings },
          `${describe(report)}\n\n${EXPECTED}\n${signalsTable(layers)}`,
          options.json,
        );
        warnings.forEach(warn);
        endSound(report, options);
      });
    },
  );

const EXPECTED = 'Expected of a perfect chip, for invented drawings:';

/** Drawings that show whether the scales of a model fit the chip. */
const inventedFor = (model: Model): Drawing[] =>
  inventCharacters(model.description.input, { classes: 8, drawings: 1, seed: 1 }).flat();

function describe(report: FlashReport): string {
  const { devices, converged, rmsErrorMicrosiemens, seconds, resumed, moved } = report;
  return [
    `${devices} devices programmed${resumed ? ' (an interrupted flash was resumed)' : ''}.`,
    `${percent(converged / devices)} read back within half a level, RMS error ${rmsErrorMicrosiemens.toFixed(3)} microsiemens, ${seconds.toFixed(1)} s.`,
    ...moved.map(
      ({ layer, from, to }) =>
        `Layer ${layer} sits past faulty columns: columns ${columnRuns(from.columns)} of core ${from.core} moved to columns ${columnRuns(to.columns)} of core ${to.core}.`,
    ),
  ].join('\n');
}
