import type { InventDrawings } from '../../../network/index.js';
import type { Board } from '../../../drivers/index.js';
import {
  type Drawing,
  headLogits,
  inputCodes,
  learnHead,
  mean,
  type Model,
  rateFor,
  tensorData,
} from '../../../network/index.js';
import { inputScaleOf } from '../../device/device-layer.js';
import { DeviceNetwork } from '../../device/device-network.js';
import type { Corrections } from '../../device/layer-correction.js';
import type { Plan } from '../../mapping/placement.js';

/** Classes in a task: many, learned from one drawing each, so that few drawings are needed. */
const WAYS = 20;
/** Tasks, which share no character. */
const TASKS = 6;
/** Drawings of each class: each is the support set once, while the others are the queries. */
const DRAWINGS = 5;

/** A query of a task: logits of the head, and the class. */
export interface Answer {
  logits: Float32Array;
  label: number;
}

/**
 * Measures how well invented tasks are learned from the board's features. The layers below the head run on
 * the board; the head is learned on the host in full precision, so that nothing is programmed.
 */
export class Validation {
  readonly #network: DeviceNetwork;
  readonly #model: Model;
  readonly #inputScale: number;
  /** [tasks][classes][drawings]. */
  readonly #tasks: Drawing[][][];
  /** Meta-trained weights and bias of the head; none for zeros. */
  readonly #stored: Float32Array | undefined;
  readonly #bias: Float32Array | undefined;

  constructor(board: Board, model: Model, plan: Plan, seed: number, invent: InventDrawings) {
    const head = plan.placements[plan.placements.length - 1];
    const { layer, columns: ways = WAYS } = head.shape;
    const classes = invent(model.description.input, { classes: TASKS * ways, drawings: DRAWINGS, seed });
    this.#network = new DeviceNetwork(board, model, plan);
    this.#model = model;
    this.#inputScale = inputScaleOf(head);
    this.#tasks = Array.from({ length: TASKS }, (_, task) => classes.slice(task * ways, (task + 1) * ways));
    this.#stored = tensorData(model, layer.weights);
    this.#bias = tensorData(model, layer.bias);
  }

  /** Vectors multiplied so far, counted per core. */
  get multiplications(): number {
    return this.#network.multiplications;
  }

  /**
   * Mean log-loss of the queries of each task, in nats, with the layers below the head corrected. Logits are
   * divided by the temperature that is best for all of them, so that the scale of the features does not count
   * (Guo et al. 2017). Errors: the board's `Refusal`, `LinkError`.
   */
  async losses(corrections: Corrections): Promise<number[]> {
    this.#network.correct(corrections);
    const answers: Answer[][] = [];
    for (const classes of this.#tasks) answers.push(await this.#answers(classes));
    return lossesAtBestTemperature(answers);
  }

  async #answers(classes: readonly Drawing[][]): Promise<Answer[]> {
    const features = await this.#features(classes.flat());
    const of = (label: number, drawing: number) => features[label * DRAWINGS + drawing];
    const labels = classes.map((_, label) => label);
    const { updates, rate, ways } = this.#model.description.inner;
    const steps = { updates, rate: rateFor(rate, labels.length, ways), bias: this.#bias };
    return Array.from({ length: DRAWINGS }, (_, shown) => {
      const support = labels.map((label) => of(label, shown));
      const initial = this.#stored ?? new Float32Array(labels.length * support[0].length);
      const weights = learnHead(support, labels, initial, steps).at(-1)!;
      return labels.flatMap((label) =>
        Array.from({ length: DRAWINGS }, (_, drawing) => drawing)
          .filter((drawing) => drawing !== shown)
          .map((drawing) => ({ logits: headLogits(weights, of(label, drawing), this.#bias), label })),
      );
    }).flat();
  }

  /** Rounded to the input codes that would drive the head. */
  async #features(drawings: readonly Drawing[]): Promise<Float32Array[]> {
    const scale = this.#inputScale;
    const features = await this.#network.features(drawings);
    return features.map((values) => Float32Array.from(inputCodes(values, scale), (code) => code * scale));
  }
}

/** Range of temperatures that is searched. */
const temperatures = { min: 1e-2, max: 1e2 };
/** Steps of the search, each of which leaves 62 % of the range. */
const SEARCH_STEPS = 30;

/** Mean log-loss of each task, in nats, at the temperature that minimises the mean over all tasks. */
export function lossesAtBestTemperature(tasks: readonly (readonly Answer[])[]): number[] {
  const at = (logTemperature: number) =>
    tasks.map((answers) => mean(answers.map((answer) => logLoss(answer, Math.exp(logTemperature)))));
  // Golden section: the loss is convex in 1 / temperature, so it has one minimum.
  let [low, high] = [Math.log(temperatures.min), Math.log(temperatures.max)];
  for (let step = 0; step < SEARCH_STEPS; step++) {
    const third = (high - low) * (1.5 - Math.sqrt(5) / 2);
    if (mean(at(low + third)) < mean(at(high - third))) high -= third;
    else low += third;
  }
  return at((low + high) / 2);
}

function logLoss({ logits, label }: Answer, temperature: number): number {
  const maximum = logits.reduce((highest, logit) => Math.max(highest, logit), -Infinity);
  let sum = 0;
  for (const logit of logits) sum += Math.exp((logit - maximum) / temperature);
  return Math.log(sum) - (logits[label] - maximum) / temperature;
}
