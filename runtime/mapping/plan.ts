import {
  MAX_LEVEL,
  type LayerShape,
  layerShapes,
  type LevelMatrix,
  MAX_INPUT_CODE,
  type Model,
} from '../../network/index.js';
import { layerLevels } from './layer-levels.js';
import type { ChipGeometry, Placement, Plan, Tile } from './placement.js';
import { usableColumns } from './spare-columns.js';

/** The model does not fit the chip; the message says which layer, why, and what would help. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
}

/**
 * Places the layers of a model from left to right, past the spared columns of the chip unless it then does not fit. A layer with more inputs than a core has rows is cut into
 * equal parts on different cores, whose sums the host adds; one with few inputs is repeated. Errors:
 * `PlanError`; `ModelError`.
 */
export function planModel(model: Model, chip: ChipGeometry): Plan {
  if (!chip.spared?.length) return planAround(model, chip);
  try {
    return planAround(model, chip);
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    return planAround(model, { ...chip, spared: undefined });
  }
}

function planAround(model: Model, chip: ChipGeometry): Plan {
  if (2 ** (chip.inputBits - 1) <= MAX_INPUT_CODE) {
    throw new PlanError(
      `The inputs of this chip have ${chip.inputBits} bits, a model needs 8; use another chip.`,
    );
  }
  const shapes = layerShapes(model);
  const free = new Array<number>(chip.cores).fill(0);
  const placements = shapes.map((shape) => place(model, shape, chip, free));
  const cells = placements
    .flatMap(({ tiles, outputs }) => tiles.map(({ cores, window }) => cores * window.rows * outputs))
    .reduce((sum, cells) => sum + cells, 0);
  return { chip, placements, cells };
}

/** `free`: the first free column of each core; it is moved past the layer. */
function place(model: Model, shape: LayerShape, chip: ChipGeometry, free: number[]): Placement {
  const { name } = shape.layer;
  const inputs = shape.rows;
  const parts = Math.ceil(inputs / chip.rows);
  const partInputs = Math.ceil(inputs / parts);
  const { repeats, amplitude } = repetition(model, shape, chip);
  const outputs = shape.columns ?? columnsLeft(parts, chip, free);
  if (outputs > chip.columns) {
    throw new PlanError(
      `Layer ${name} has ${outputs} columns, a core of this chip has ${chip.columns}; make the layer narrower.`,
    );
  }
  const tiles: Tile[] = [];
  for (let firstPart = 0; firstPart < parts; firstPart += chip.cores) {
    const cores = Math.min(chip.cores, parts - firstPart);
    const { core, columns } = emptiestRun(cores, chip, free);
    if (outputs < 1 || outputs > columns.length) {
      throw new PlanError(
        `Layer ${name} needs ${Math.max(outputs, 1)} columns on ${cores} core${cores > 1 ? 's' : ''}, but only ${columns.length} of ${chip.columns} are left after the layers before it; make a layer narrower or use a larger chip.`,
      );
    }
    const [columnStart, last] = [columns[0], columns[outputs - 1]];
    free.fill(last + 1, core, core + cores);
    const span = last + 1 - columnStart;
    const window = { rowStart: 0, rows: partInputs * repeats, columnStart, columns: span };
    const offsets = columns.slice(0, outputs).map((column) => column - columnStart);
    tiles.push({ core, cores, window, firstPart, ...(span > outputs && { offsets }) });
  }
  return { shape, inputs, outputs, partInputs, repeats, amplitude, tiles };
}

/** Minimum input code of a repeated layer: below it, rounding loses more than repetition averages away. */
const MIN_CODES = 24;

/**
 * How often to repeat a layer's rows, and the amplitude to drive them with: as often as fits into the rows of
 * the core and the full scale of the converter, the latter for the column with the largest possible sum. The
 * layer that adapts is not repeated, as its weights, and so its sums, are not known yet.
 */
function repetition(
  model: Model,
  shape: LayerShape,
  chip: ChipGeometry,
): Pick<Placement, 'repeats' | 'amplitude'> {
  const { layer, rows, columns } = shape;
  const maxRepeats = Math.floor(chip.rows / rows);
  if (columns === undefined || maxRepeats < 2 || layer.name === model.description.inner.layer)
    return { repeats: 1, amplitude: 1 };
  const levels = layerLevels(model, { shape, inputs: rows, outputs: columns });
  const maxSum = maxCells(levels) * chip.conductanceMax;
  const codesAtFullScale = (chip.adcStep * 2 ** (chip.adcBits - 1)) / maxSum;
  const repeats = Math.max(1, Math.min(maxRepeats, Math.floor(codesAtFullScale / MIN_CODES)));
  return { repeats, amplitude: Math.min(1, codesAtFullScale / (repeats * MAX_INPUT_CODE)) };
}

/** The largest sum of one sign over the inputs of any output, in unit cells at the maximum conductance. */
function maxCells({ outputs, inputs, levels }: LevelMatrix): number {
  let maximum = 0;
  for (let output = 0; output < outputs; output++) {
    let positive = 0;
    let negative = 0;
    for (const level of levels.subarray(output * inputs, (output + 1) * inputs)) {
      if (level > 0) positive += level;
      else negative -= level;
    }
    maximum = Math.max(maximum, positive, negative);
  }
  return maximum / MAX_LEVEL;
}

/** Columns of a head for any number of ways: all that are left for its parts. */
function columnsLeft(parts: number, chip: ChipGeometry, free: readonly number[]): number {
  const turns = Math.ceil(parts / chip.cores);
  return Math.floor(emptiestRun(Math.min(parts, chip.cores), chip, free).columns.length / turns);
}

/** First of the `cores` consecutive cores that have the most columns left in common, and these columns. */
function emptiestRun(
  cores: number,
  chip: ChipGeometry,
  free: readonly number[],
): { core: number; columns: number[] } {
  let best = { core: 0, columns: [] as number[] };
  for (let core = 0; core + cores <= free.length; core++) {
    const columns = usableColumns(chip, core, cores, Math.max(...free.slice(core, core + cores)));
    if (columns.length > best.columns.length) best = { core, columns };
  }
  return best;
}
