import test from 'ava';
import fc from 'fast-check';
import { regionsOf } from '../../../runtime/flash/regions.js';
import type { ChipGeometry, Placement, Plan } from '../../../runtime/mapping/placement.js';
import { PlanError, planModel } from '../../../runtime/mapping/plan.js';
import { placedCells } from '../../../runtime/mapping/cells.js';
import { describePlan } from '../../../runtime/mapping/describe-plan.js';
import { inputOfRow } from '../../../runtime/mapping/targets.js';
import { layerLevels } from '../../../runtime/mapping/layer-levels.js';
import type { Model } from '../../../network/model/model.js';
import { Random } from '../../../network/numerics/random.js';
import { anyChip, anyModel, chipOf, oneLayer } from './arbitrary-plan.js';

/** The plan, or undefined if the model does not fit; then the error must be a sentence. */
function planWhereItFits(model: Model, chip: ChipGeometry): Plan | undefined {
  try {
    return planModel(model, chip);
  } catch (error) {
    if (!(error instanceof PlanError) || !/^Layer \w+ .*\.$/.test(error.message)) throw error;
    return undefined;
  }
}

/** All unit cells of a placement: their positions, and the weight of each. */
function* cellsOf(placement: Placement) {
  for (const tile of placement.tiles) {
    const { rowStart, rows, columnStart, columns } = tile.window;
    for (let offset = 0; offset < tile.cores; offset++)
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++)
          yield {
            core: tile.core + offset,
            row: rowStart + row,
            column: columnStart + column,
            input: inputOfRow(placement, tile, offset, row),
            output: column,
          };
  }
}

test('every weight has its unit cells, as often as its layer is repeated; no cell is used twice or lies beyond the chip', (t) => {
  let fitting = 0;
  fc.assert(
    fc.property(anyModel, anyChip, (model, chip) => {
      const plan = planWhereItFits(model, chip);
      if (!plan) return;
      fitting++;
      const used = new Set<string>();
      for (const placement of plan.placements) {
        const copies = new Map<string, number>();
        for (const { core, row, column, input, output } of cellsOf(placement)) {
          t.true(core < chip.cores && row < chip.rows && column < chip.columns);
          t.false(used.has(`${core} ${row} ${column}`));
          used.add(`${core} ${row} ${column}`);
          if (input === undefined) continue;
          const weight = `${input} ${output}`;
          copies.set(weight, (copies.get(weight) ?? 0) + 1);
        }
        t.is(copies.size, placement.inputs * placement.outputs);
        t.true([...copies.values()].every((count) => count === placement.repeats));
      }
      t.is(used.size, plan.cells);
    }),
    { numRuns: 150, seed: 1 },
  );
  t.true(fitting > 50, `only ${fitting} of the models fitted`);
});

test('an exact crossbar with the planned conductances computes the products of the level matrices', (t) => {
  fc.assert(
    fc.property(anyModel, anyChip, fc.integer(), (model, chip, seed) => {
      const plan = planWhereItFits(model, chip);
      if (!plan) return;
      const random = new Random(seed);
      const crossbars = program(model, plan);
      for (const placement of plan.placements) {
        const { inputs, outputs, repeats } = placement;
        const { levels } = layerLevels(model, placement);
        const codes = Array.from({ length: inputs }, () => random.below(255) - 127);
        const sums = new Array<number>(outputs).fill(0);
        for (const { core, row, column, input, output } of cellsOf(placement))
          if (input !== undefined)
            sums[output] += codes[input] * crossbars[core][row * chip.columns + column];
        for (const [output, sum] of sums.entries()) {
          const expected = codes.reduce((total, code, input) => {
            const level = levels[output * inputs + input];
            return total + code * Math.sign(level) * Math.round((Math.abs(level) * chip.conductanceMax) / 7);
          }, 0);
          if (sum !== repeats * expected) t.is(sum, repeats * expected);
        }
      }
      t.pass();
    }),
    { numRuns: 100, seed: 2 },
  );
});

/** Conductance differences of each core, in nS, as flashing would program them. */
function program(model: Model, plan: Plan): Int32Array[] {
  const { chip } = plan;
  const crossbars = Array.from({ length: chip.cores }, () => new Int32Array(chip.rows * chip.columns));
  for (const { core, window, targets } of regionsOf(model, plan, chip.conductanceMax)) {
    const { rowStart, rows, columnStart, columns } = window;
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const at = row * columns + column;
        crossbars[core][(rowStart + row) * chip.columns + columnStart + column] =
          targets[at] - targets[rows * columns + at];
      }
  }
  return crossbars;
}

test('repeated rows driven with the full input never exceed the range of the converter', (t) => {
  let repeated = 0;
  fc.assert(
    fc.property(anyModel, fc.integer({ min: 20, max: 300 }), (model, rows) => {
      const chip = chipOf(2, rows, 300);
      const plan = planWhereItFits(model, chip);
      for (const placement of plan?.placements ?? []) {
        if (placement.repeats === 1) continue;
        repeated++;
        const { levels } = layerLevels(model, placement);
        for (let output = 0; output < placement.outputs; output++) {
          const column = levels.subarray(output * placement.inputs, (output + 1) * placement.inputs);
          const positive = column.reduce((sum, level) => sum + Math.max(0, level), 0) / 7;
          const current = positive * placement.repeats * chip.conductanceMax * 127 * placement.amplitude;
          if (current > chip.adcStep * 2 ** (chip.adcBits - 1) * (1 + 1e-9)) t.fail();
        }
      }
    }),
    { numRuns: 150, seed: 3 },
  );
  t.true(repeated > 20, `only ${repeated} layers were repeated`);
});

test('one layer fits exactly if there are enough columns for its parts, side by side in turns of all cores', (t) => {
  fc.assert(
    fc.property(
      anyChip,
      fc.integer({ min: 1, max: 80 }),
      fc.integer({ min: 1, max: 300 }),
      (chip, outputs, inputs) => {
        const turns = Math.ceil(Math.ceil(inputs / chip.rows) / chip.cores);
        const fits = planWhereItFits(oneLayer(outputs, inputs), chip) !== undefined;
        t.is(fits, turns * outputs <= chip.columns);
      },
    ),
    { numRuns: 300, seed: 4 },
  );
});

test('a layer of 504 inputs is cut over the two cores of the paper, 252 rows each', (t) => {
  const [{ partInputs, repeats, tiles }] = planModel(oneLayer(56, 504), chipOf(2, 256, 256)).placements;
  t.is(partInputs, 252);
  t.is(repeats, 1);
  t.deepEqual(tiles, [
    { core: 0, cores: 2, window: { rowStart: 0, rows: 252, columnStart: 0, columns: 56 }, firstPart: 0 },
  ]);
});

test('on one core, and if there are more parts than cores, the parts lie side by side', (t) => {
  const single = planModel(oneLayer(56, 504), chipOf(1, 256, 256)).placements[0].tiles;
  t.deepEqual(
    single.map(({ core, cores, window }) => [core, cores, window.columnStart]),
    [
      [0, 1, 0],
      [0, 1, 56],
    ],
  );
  // 100 inputs on rows of 12: nine parts on four cores, in turns of 4, 4 and 1
  const turns = planModel(oneLayer(10, 100), chipOf(4, 12, 30)).placements[0].tiles;
  t.deepEqual(
    turns.map(({ cores, firstPart, window }) => [cores, firstPart, window.rows, window.columnStart]),
    [
      [4, 0, 12, 0],
      [4, 4, 12, 10],
      [1, 8, 12, 20],
    ],
  );
});

test('on 64 cores a layer of 9 parts takes nine of them and leaves the rest', (t) => {
  const { placements, cells } = planModel(oneLayer(64, 2304), chipOf(64, 256, 256));
  t.is(placements[0].tiles[0].cores, 9);
  t.is(cells, 2304 * 64);
});

test('a model that does not fit is refused in a sentence that names the layer and a remedy', (t) => {
  t.throws(() => planModel(oneLayer(300, 10), chipOf(2, 256, 256)), {
    instanceOf: PlanError,
    message: 'Layer wide has 300 columns, a core of this chip has 256; make the layer narrower.',
  });
  t.throws(() => planModel(oneLayer(100, 256 * 6), chipOf(2, 256, 256)), {
    instanceOf: PlanError,
    message:
      'Layer wide needs 100 columns on 2 cores, but only 56 of 256 are left after the layers before it; make a layer narrower or use a larger chip.',
  });
  t.throws(() => planModel(oneLayer(10, 100), { ...chipOf(2, 256, 256), inputBits: 4 }), {
    instanceOf: PlanError,
    message: 'The inputs of this chip have 4 bits, a model needs 8; use another chip.',
  });
});

test('the printed plan gives the place of each layer and how full the chip is', (t) => {
  const text = describePlan(planModel(oneLayer(56, 504), chipOf(2, 256, 256)));
  t.regex(text, /^wide +504 x 56 +0-1 +0-251 +0-55 +252 inputs a core$/m);
  t.regex(text, /28224 of 131072 unit cells in use \(22 %\)$/);
  const forged = oneLayer(56, 504);
  forged.description.layers[0].name = 'wide\nforged';
  forged.description.inner.layer = 'wide\nforged';
  t.is(describePlan(planModel(forged, chipOf(2, 256, 256))).split('\n').length, text.split('\n').length);
});

test('the cells of a placed layer are those that flashing programs, each with its weight', (t) => {
  let fitting = 0;
  fc.assert(
    fc.property(anyModel, anyChip, (model, chip) => {
      const plan = planWhereItFits(model, chip);
      if (!plan) return;
      fitting++;
      const key = (core: number, row: number, column: number) => `${core} ${row} ${column}`;
      for (const placement of plan.placements) {
        const expected = new Map<string, number>();
        for (const { core, row, column, input, output } of cellsOf(placement))
          if (input !== undefined) expected.set(key(core, row, column), output * placement.inputs + input);
        const cells = new Map<string, number>();
        for (const { core, weights, rows, columns } of placedCells(placement))
          for (const [cell, weight] of weights.entries())
            cells.set(key(core, rows[cell], columns[cell]), weight);
        t.deepEqual(new Map([...cells].sort()), new Map([...expected].sort()));
      }
    }),
  );
  t.true(fitting > 20);
});
