import test from 'ava';
import fc from 'fast-check';
import { regionsOf } from '../../../runtime/flash/regions.js';
import { placedCells } from '../../../runtime/mapping/cells.js';
import { layerLevels } from '../../../runtime/mapping/layer-levels.js';
import { describePlan } from '../../../runtime/mapping/describe-plan.js';
import type { ChipGeometry, Plan, SparedColumns } from '../../../runtime/mapping/placement.js';
import { PlanError, planModel } from '../../../runtime/mapping/plan.js';
import { joinSpared, movedColumns } from '../../../runtime/mapping/spare-columns.js';
import type { Model } from '../../../network/index.js';
import { anyChip, anyModel, chipOf, oneLayer } from './arbitrary-plan.js';

const anyFaults = fc.array(
  fc.record({ core: fc.integer({ min: 0, max: 2 }), columns: fc.array(fc.integer({ min: 0, max: 15 })) }),
  { minLength: 1, maxLength: 3 },
);

function planWhereItFits(model: Model, chip: ChipGeometry): Plan | undefined {
  try {
    return planModel(model, chip);
  } catch (error) {
    if (error instanceof PlanError) return undefined;
    throw error;
  }
}

const isSpared = (spared: readonly SparedColumns[], core: number, column: number): boolean =>
  spared.some((one) => one.core === core && one.columns.includes(column));

test('no weight sits on a spared column, each sits once, and its cells have its targets', (t) => {
  let around = 0;
  fc.assert(
    fc.property(anyModel, anyChip, anyFaults, (model, chip, faults) => {
      const spared = joinSpared([], faults);
      const plan = planWhereItFits(model, { ...chip, spared });
      if (!plan?.chip.spared) return;
      const used = new Set<string>();
      const targets = new Map<string, number>();
      for (const region of regionsOf(model, plan, chip.conductanceMax)) {
        const { core, window } = region;
        const plane = window.rows * window.columns;
        for (let cell = 0; cell < plane; cell++) {
          const [row, column] = [Math.floor(cell / window.columns), cell % window.columns];
          const target = region.targets[cell] - region.targets[plane + cell];
          targets.set(`${core} ${window.rowStart + row} ${window.columnStart + column}`, target);
          if (region.passedOver?.has(column)) t.is(target, 0);
        }
      }
      for (const placement of plan.placements) {
        if (placement.tiles.some(({ offsets }) => offsets)) around++;
        const { levels } = layerLevels(model, placement);
        for (const { core, weights, rows, columns } of placedCells(placement))
          for (const [at, weight] of weights.entries()) {
            t.false(isSpared(spared, core, columns[at]));
            const place = `${core} ${rows[at]} ${columns[at]}`;
            t.false(used.has(place));
            used.add(place);
            const expected = Math.round((Math.abs(levels[weight]) / 7) * chip.conductanceMax);
            t.is(targets.get(place), Math.sign(levels[weight]) * expected);
          }
      }
    }),
    { numRuns: 400, seed: 1 },
  );
  t.true(around > 30, `only ${around} layers had columns to pass over`);
});

test('spared columns make a difference only if they are in the way, and if the model fits without them', (t) => {
  const chip = chipOf(1, 20, 10);
  const model = oneLayer(8, 20);
  const intact = planModel(model, chip);
  const far = planModel(model, { ...chip, spared: [{ core: 0, columns: [9] }] });
  t.deepEqual(far.placements, intact.placements);
  t.deepEqual(movedColumns(intact, far), []);
  const near = planModel(model, { ...chip, spared: [{ core: 0, columns: [3, 0] }] });
  t.like(near.placements[0].tiles[0], { window: { columnStart: 1, columns: 9 } });
  t.deepEqual(movedColumns(intact, near), [
    {
      layer: model.description.layers[0].name,
      from: { core: 0, columns: [0, 1, 2, 3, 4, 5, 6, 7] },
      to: { core: 0, columns: [1, 2, 4, 5, 6, 7, 8, 9] },
    },
  ]);
  t.is(near.cells, intact.cells);
  t.regex(describePlan(near), /1 faulty columns passed over/);
  const full = planModel(model, { ...chip, spared: [{ core: 0, columns: [0, 3, 5] }] });
  t.deepEqual(full, { ...intact, chip: { ...chip, spared: undefined } });
});
