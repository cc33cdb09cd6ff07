import type { Board } from '../../drivers/index.js';
import {
  argmax,
  type Drawing,
  type Episode,
  type Example,
  type LearningSteps,
  type LevelMatrix,
  type Model,
  rateFor,
  softmax,
} from '../../network/index.js';
import { type BoardRecord, hasRoom, readRecord, writeRecord } from '../flash/board-record.js';
import { DeviceHead } from '../device/device-head.js';
import type { Corrections } from '../device/layer-correction.js';
import { DeviceNetwork } from '../device/device-network.js';
import { chipOf } from '../flash/board-plan.js';
import { regionsOf } from '../flash/regions.js';
import { NotFlashedError, requireModel } from '../flash/verify.js';
import type { LayerSignals } from '../signals/layer-signals.js';
import type { ChipGeometry, Plan } from '../mapping/placement.js';
import { planModel } from '../mapping/plan.js';
import { checkWays } from './ways.js';

/** A task learned on the device. */
export interface LearnedTask {
  /** Fraction of the query set recognised after 0, 1, .. updates. */
  accuracies: number[];
  /** For each update, the recognised label of each query drawing. */
  recognised: number[][];
  /**
   * For each update, [ways x ways] counts of the query set: the row is the class, the column the recognised
   * one.
   */
  confusion: number[][][];
  /** Devices that the updates programmed, counted once for each update. */
  devicesUpdated: number;
  /** Updates that changed no device. */
  emptyUpdates: number;
}

/** A task that the board's record says its head holds: its classes, and when it was learned. */
export type NotedTask = NonNullable<NonNullable<BoardRecord['model']>['learned']>;

/** Learns tasks on a board that holds a meta-trained model, from the board's own outputs. */
export class DeviceLearner {
  readonly #board: Board;
  readonly #network: DeviceNetwork;
  readonly #head: DeviceHead;
  readonly #chip: ChipGeometry;
  readonly #devicesPerPair: number;
  /** Input codes of the head by drawing; undefined if they are not kept. */
  #kept: Map<Drawing, Int8Array> | undefined;

  private constructor(
    board: Board,
    readonly model: Model,
    plan: Plan,
  ) {
    this.#board = board;
    this.#network = new DeviceNetwork(board, model, plan);
    this.#head = new DeviceHead(board, model, plan.placements[plan.placements.length - 1]);
    this.#chip = plan.chip;
    this.#devicesPerPair = 2 * board.information.devicesPerPolarity;
  }

  /**
   * Takes a board that holds the model; a head that learned a task before is reprogrammed.
   * Errors: `NotFlashedError` if the board holds another model; the board's `Refusal`, `LinkError`.
   */
  static async open(board: Board, model: Model): Promise<DeviceLearner> {
    const record = await readRecord(board);
    const plan = planModel(model, chipOf(board, record));
    const learner = new DeviceLearner(board, model, plan);
    await learner.#takeHead(board, plan, record);
    return learner;
  }

  /**
   * Takes a board whose head holds a task that was learned and noted before, to classify without learning again.
   * Errors: `NotFlashedError` if the board holds another model, or no such task; the board's `Refusal`,
   * `LinkError`.
   */
  static async resume(board: Board, model: Model): Promise<{ learner: DeviceLearner; task: NotedTask }> {
    const record = await readRecord(board);
    requireModel(record, model);
    const { learned: task, interrupted } = record.model ?? {};
    if (!task || interrupted)
      throw new NotFlashedError(
        `The board holds ${model.description.name}, but no task that it has learned; learn one first ('pcm learn MODEL --classes DIR').`,
      );
    const learner = new DeviceLearner(board, model, planModel(model, chipOf(board, record)));
    learner.#head.resume(task.classes.length);
    return { learner, task };
  }

  /**
   * Notes on the board the names of the classes of the task that was learned last, so that `resume` finds it
   * there. Returns whether they fit in its user area. Errors: the board's `Refusal`, `LinkError`.
   */
  async note(classes: readonly string[]): Promise<boolean> {
    const record = await readRecord(this.#board);
    if (!record.model) return false;
    const { clock } = await this.#board.status();
    const learned = { classes: [...classes], at: new Date().toISOString(), clock };
    const noted = { ...record, model: { ...record.model, learned } };
    if (!hasRoom(this.#board, noted)) return false;
    await writeRecord(this.#board, noted);
    return true;
  }

  /**
   * Makes sure that the head holds the model's levels, and notes on the board that these are about to change.
   */
  async #takeHead(board: Board, plan: Plan, record: BoardRecord): Promise<void> {
    requireModel(record, this.model);
    await this.#head.markTouched(record);
    if (record.model?.headTouched) {
      const head = { ...plan, placements: plan.placements.slice(-1) };
      for (const { core, window, targets } of regionsOf(this.model, head, board.information.conductanceMax))
        await board.program(core, window, targets);
    }
  }

  /** Input vectors multiplied so far, counted per core. */
  get multiplications(): number {
    return this.#network.multiplications + this.#head.multiplications;
  }

  /** What went through each of the layers so far, the head last. */
  get signals(): LayerSignals[] {
    return [...this.#network.signals, this.#head.signals];
  }

  /**
   * Corrects all multiplications from now on, with one correction for each placement of the plan; see
   * `DeviceLayer.correct`. With `kept`, a drawing goes through the layers below the head only once, and its
   * features are kept there as input codes.
   */
  correct(corrections: Corrections, kept?: Map<Drawing, Int8Array>): void {
    this.#network.correct(corrections);
    this.#head.correct(corrections[this.model.description.layers.length - 1]);
    this.#kept = kept;
  }

  /** The levels of the head as the board holds them; `UNKNOWN_LEVEL` in pairs whose last write failed. */
  get headMatrix(): LevelMatrix {
    return this.#head.matrix;
  }

  /** Resets the head, on the board as well. Errors: the board's `Refusal`, `LinkError`. */
  async forget(): Promise<void> {
    await this.#head.reset(1);
  }

  /**
   * Resets the head, learns the support set, and classifies the query set before the first and after each
   * update. After an error, call it again: whatever the board holds then, learning begins from a reset head.
   * Errors: `PlanError` or `ModelError` as `checkWays`; the board's `Refusal`, `LinkError`.
   */
  async learn(
    episode: Episode,
    { updates, rate }: LearningSteps = this.model.description.inner,
    onUpdate?: (update: number, accuracy: number) => void,
  ): Promise<LearnedTask> {
    const ways = episode.classes.length;
    checkWays(this.model, this.#chip, ways);
    const ownRate = rateFor(rate, ways, this.model.description.inner.ways);
    const codes = await this.headCodes([...episode.support, ...episode.query].map(({ drawing }) => drawing));
    const support = codes.slice(0, episode.support.length);
    const query = codes.slice(episode.support.length);
    const labels = episode.support.map(({ label }) => label);
    const task: LearnedTask = {
      accuracies: [],
      recognised: [],
      confusion: [],
      devicesUpdated: 0,
      emptyUpdates: 0,
    };
    await this.#head.reset(ways);
    for (let update = 0; update <= updates; update++) {
      if (update > 0) {
        const { pairs } = await this.#head.update(support, labels, ownRate);
        if (pairs === 0) task.emptyUpdates++;
        task.devicesUpdated += pairs * this.#devicesPerPair;
      }
      const recognised = (await this.#head.logits(query)).map(argmax);
      const { accuracy, confusion } = score(recognised, episode.query, ways);
      task.accuracies.push(accuracy);
      task.recognised.push(recognised);
      task.confusion.push(confusion);
      onUpdate?.(update, accuracy);
    }
    return task;
  }

  /**
   * Probabilities [ways] of the classes learned last, for each drawing. Errors: the board's `Refusal`,
   * `LinkError`.
   */
  async classify(drawings: readonly Drawing[]): Promise<Float32Array[]> {
    return (await this.#head.logits(await this.headCodes(drawings))).map(softmax);
  }

  /** Input codes [features] of the head for each drawing. Errors: the board's `Refusal`, `LinkError`. */
  async headCodes(drawings: readonly Drawing[]): Promise<Int8Array[]> {
    const kept = this.#kept ?? new Map<Drawing, Int8Array>();
    const missing = drawings.filter((drawing) => !kept.has(drawing));
    const features = await this.#network.features(missing);
    for (const [index, drawing] of missing.entries()) kept.set(drawing, this.#head.codes(features[index]));
    return drawings.map((drawing) => kept.get(drawing)!);
  }
}

function score(
  recognised: readonly number[],
  examples: readonly Example[],
  ways: number,
): { accuracy: number; confusion: number[][] } {
  const confusion = Array.from({ length: ways }, () => new Array<number>(ways).fill(0));
  for (const [index, { label }] of examples.entries()) confusion[label][recognised[index]]++;
  const right = confusion.reduce((sum, row, label) => sum + row[label], 0);
  return { accuracy: examples.length > 0 ? right / examples.length : Number.NaN, confusion };
}
