import {
  argmax,
  type Episode,
  type LearnedHead,
  type LearningSteps,
  mean,
  type Model,
  pairedDifference,
  type PairedDifference,
  SoftwareNetwork,
} from '../../network/index.js';
import type { LearnedTask } from './device-learner.js';
import { PairedQueries, type Parting } from './parting.js';

/** One value for each of the networks that learn the same tasks. */
export interface PerNetwork<T> {
  /** Software with the weights as trained. */
  float32: T;
  /** Software with weights of 4 bits. */
  int4: T;
  /** On the board. */
  device: T;
}

/** Accuracies after 0, 1, .. updates, fractions. */
export type AccuracyPerUpdate = PerNetwork<number[]>;

/** Learns in software what a device has learned, and watches if the device keeps up. */
export class SoftwareComparison {
  /** One for each task. */
  readonly accuracies: AccuracyPerUpdate[] = [];
  readonly #float32: SoftwareNetwork;
  readonly #int4: SoftwareNetwork;
  readonly #queries = new PairedQueries();
  #parted: Parting | null = null;

  constructor(model: Model) {
    this.#float32 = new SoftwareNetwork(model);
    this.#int4 = new SoftwareNetwork(model, 'int4');
  }

  /** Learns a task that the device has learned. Errors: as `SoftwareNetwork.learn`. */
  add(episode: Episode, steps: LearningSteps, device: LearnedTask): void {
    const float32 = this.#float32.learn(episode, steps);
    const int4 = this.#int4.learn(episode, steps);
    this.accuracies.push({
      float32: float32.accuracies,
      int4: int4.accuracies,
      device: device.accuracies,
    });
    const labels = episode.query.map(({ label }) => label);
    this.#queries.add(labels, this.#recognised(float32, episode), device.recognised.at(-1)!);
    const { difference, ci95 } = this.minusFloat32;
    // Queries of one task share a head: from the second task on, the tasks must agree as well.
    const certain = this.#queries.parted && !(difference + ci95 >= 0);
    if (certain) this.#parted ??= { tasks: this.accuracies.length, ...this.means };
  }

  /** Accuracies after the last update, means over the tasks so far. */
  get means(): PerNetwork<number> {
    return {
      float32: mean(this.#last('float32')),
      int4: mean(this.#last('int4')),
      device: mean(this.#last('device')),
    };
  }

  /** Device minus float32 software after the last update, over the tasks so far. */
  get minusFloat32(): PairedDifference {
    return pairedDifference(this.#last('device'), this.#last('float32'));
  }

  /** When the device was first lower than float32 software beyond chance; null if it was not yet. */
  get parted(): Parting | null {
    return this.#parted;
  }

  #last(network: keyof AccuracyPerUpdate): number[] {
    return this.accuracies.map(({ [network]: values }) => values.at(-1)!);
  }

  /** Labels of the queries. */
  #recognised(head: LearnedHead, { query }: Episode): number[] {
    return query.map(({ drawing }) => argmax(this.#float32.classify(head, drawing)));
  }
}
