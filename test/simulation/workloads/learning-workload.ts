import { type Board, LinkError } from '../../../drivers/index.js';
import { type EmulatedBoard } from '../../../emulator/index.js';
import { type Episode, type Model, Random, pairTargets } from '../../../network/index.js';
import { Refusal, RefusalCode } from '../../../protocol/index.js';
import {
  DeviceLearner,
  type Plan,
  ensureFlashed,
  planModel,
  refresh,
  verify,
} from '../../../runtime/index.js';
import { regionsOf } from '../../../runtime/flash/regions.js';
import { UNKNOWN_LEVEL } from '../../../runtime/device/programmed-levels.js';
import type { Recording } from '../../../runtime/drift/recording.js';
import { placedCells } from '../../../runtime/mapping/cells.js';
import { smallModel } from '../../network/small-model.js';
import { BrokenPromise } from '../world/oracle.js';
import { calibrateExact, compensateNothing, recordFresh, resetColumns } from './upkeep.js';
import type { Contended } from './contended-workload.js';
import { type World, exactProfile } from '../world/world.js';

const TASKS = 6;
const ASIDE_OFFSET = 48_000;
const models = [1, 2].map(learnable);

/**
 * A model is flashed, verified, refreshed, calibrated, compensated, and learns tasks: each as on an
 * undisturbed board.
 */
export class LearningWorkload implements Contended {
  static readonly profile = exactProfile({ cores: 2, rows: 32, columns: 8, devicesPerPolarity: 1 });
  readonly #world: World;
  #model: Model = models[0];
  /** Accuracies of each task by each model, from the first time that it was learned. */
  readonly #accuracies = new Map<string, string>();
  #learner: DeviceLearner | undefined;
  #plan: Plan | undefined;
  #recording: Recording | undefined;
  /** The last action succeeded, so that the learner knows what the board holds. */
  #isKnown = false;

  constructor(world: World) {
    this.#world = world;
  }

  async act(host: Board): Promise<boolean> {
    this.#isKnown = false;
    try {
      await this.#step(host);
      this.#isKnown = this.#learner !== undefined;
    } catch (error) {
      if (!(error instanceof LinkError || error instanceof Refusal)) throw error;
      return error instanceof Refusal && error.code !== RefusalCode.busy;
    }
    return true;
  }

  actBeside(host: Board): Promise<boolean> {
    return this.act(host);
  }

  /** Bytes behind the record of hosts are there once they are acknowledged. */
  async actAside(rival: Board): Promise<void> {
    const data = Uint8Array.from({ length: 16 }, () => this.#world.random.below(256));
    await rival.writeUserData(ASIDE_OFFSET, data);
    const found = await rival.readUserData(ASIDE_OFFSET, data.length);
    if (found.join() !== data.join()) throw new BrokenPromise('A second host does not find what it wrote.');
  }

  forgetHost(): void {
    this.#learner = undefined;
    this.#isKnown = false;
  }

  check(): void {
    if (this.#isKnown) checkLevels(this.#world.board, this.#model, this.#plan!, this.#learner!);
  }

  async #step(host: Board): Promise<void> {
    const { random } = this.#world;
    if (!this.#learner) {
      if (random.below(4) === 0) this.#model = models[random.below(2)];
      await ensureFlashed(host, this.#model);
      this.#plan = planModel(this.#model, host.information);
      await resetColumns(host);
      this.#recording = await recordFresh(host, this.#model, this.#plan);
      this.#learner = await DeviceLearner.open(host, this.#model);
      return;
    }
    switch (random.below(12)) {
      case 0: {
        const { converged, devices } = await verify(host, this.#model);
        if (converged > devices) throw new BrokenPromise('More devices converged than there are.');
        return;
      }
      case 1:
        await refresh(host, this.#model);
        return;
      case 2:
        return this.#calibrate(host);
      case 3:
        return compensateNothing(host, this.#model, this.#plan!, this.#recording!);
      default:
        return this.#learn(random.below(TASKS));
    }
  }

  /**
   * If this fails, columns hold a reference: the next learner has to begin with what the board's record says.
   */
  async #calibrate(host: Board): Promise<void> {
    const learner = this.#learner;
    this.#learner = undefined;
    await calibrateExact(host);
    this.#learner = learner;
  }

  async #learn(task: number): Promise<void> {
    const steps = { updates: 2, rate: 0.02 };
    const { accuracies } = await this.#learner!.learn(taskOf(task), steps);
    const found = accuracies.join();
    const key = `${models.indexOf(this.#model)}: ${task}`;
    const before = this.#accuracies.get(key) ?? found;
    if (found !== before)
      throw new BrokenPromise(`Task ${task} was learned to ${found}, on an undisturbed board to ${before}.`);
    this.#accuracies.set(key, found);
  }
}

/** A model whose head changes its levels with every update. */
function learnable(seed: number): Model {
  const model = smallModel(seed);
  for (const [index, layer] of model.description.layers.entries())
    layer.inputScale = [1 / 127, 0.05, 0.15][index];
  Object.assign(model.description.layers[2], { weightRange: 0.03 });
  // A column of zeros in the body, which a calibration takes for its reference.
  if (seed === 2) model.tensors.get('conv2.weight')!.data.fill(0, 18, 36);
  return model;
}

/** Three classes, each a noise image blurred by more noise; two shots and two queries a class. */
function taskOf(seed: number): Episode {
  const random = new Random(seed);
  const examples = Array.from({ length: 3 }, (_, label) => {
    const image = Float32Array.from({ length: 36 }, () => random.uniform());
    return Array.from({ length: 4 }, (_, number) => ({
      number,
      label,
      drawing: image.map((value) => value + random.between(-0.3, 0.3)),
    }));
  }).flat();
  return {
    classes: ['a', 'b', 'c'],
    support: examples.filter(({ number }) => number < 2),
    query: examples.filter(({ number }) => number >= 2),
  };
}

/** Holds every pair of the chip against the model and the head's levels. Errors: `BrokenPromise`. */
function checkLevels(
  { chip, profile }: EmulatedBoard,
  model: Model,
  plan: Plan,
  learner: DeviceLearner,
): void {
  const conductanceMax = Math.round(profile.conductanceMax * 1000);
  const cells = profile.rows * profile.columns;
  const expect = (core: number, row: number, column: number, targets: readonly number[]) => {
    for (const polarity of [0, 1]) {
      const found = chip.state(core).conductance[polarity * cells + row * profile.columns + column];
      if (found !== targets[polarity])
        throw new BrokenPromise(
          `Row ${row}, column ${column} of core ${core} holds ${found} nS, the host believes ${targets[polarity]}.`,
        );
    }
  };
  const body = { ...plan, placements: plan.placements.slice(0, -1) };
  for (const { core, window, targets } of regionsOf(model, body, conductanceMax)) {
    const size = window.rows * window.columns;
    for (let i = 0; i < size; i++) {
      const row = window.rowStart + Math.floor(i / window.columns);
      expect(core, row, window.columnStart + (i % window.columns), [targets[i], targets[size + i]]);
    }
  }
  const { levels } = learner.headMatrix;
  for (const { core, weights, rows, columns } of placedCells(plan.placements.at(-1)!)) {
    const targets = pairTargets(
      Int8Array.from(weights, (weight) => levels[weight]),
      conductanceMax,
    );
    // A write that failed leaves levels unknown: the host believes nothing of them.
    for (let i = 0; i < weights.length; i++)
      if (levels[weights[i]] !== UNKNOWN_LEVEL)
        expect(core, rows[i], columns[i], [targets[i], targets[weights.length + i]]);
  }
}
