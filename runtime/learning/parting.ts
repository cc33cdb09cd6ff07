/** The device is lower than software beyond chance; accuracies are over the tasks until then. */
export interface Parting {
  /** Tasks after which it showed. */
  tasks: number;
  device: number;
  float32: number;
  int4: number;
}

/** Probability of being wrong that a warning may have, over any number of tasks. */
const MAX_FALSE_ALARM = 0.001;

/** Difference of accuracies that does not matter: 1 point. */
const MARGIN = 0.01;

/** Probabilities of software being right that the evidence is weighed for. */
const alternatives = [0.6, 0.75, 0.9];

/**
 * Compares a device with software on the same queries, task by task. Only queries that one of the two recognises
 * count (McNemar 1947): if the device is as good, each is a fair coin. The evidence against that is the mean
 * likelihood ratio of a few unfair coins, a martingale that ever exceeds 1 / p with probability p at most (Ville
 * 1939; Ramdas et al. 2023, Statistical Science 38), so that it may be looked at after every task.
 */
export class PairedQueries {
  #queries = 0;
  #softwareOnly = 0;
  #deviceOnly = 0;

  /** Adds the labels of the queries of a task, and those that the two recognised. */
  add(labels: readonly number[], software: readonly number[], device: readonly number[]): void {
    for (const [query, label] of labels.entries()) {
      const [bySoftware, byDevice] = [software[query] === label, device[query] === label];
      if (bySoftware && !byDevice) this.#softwareOnly++;
      if (byDevice && !bySoftware) this.#deviceOnly++;
    }
    this.#queries += labels.length;
  }

  /** Whether the device is lower than software by more than a point, beyond chance. */
  get parted(): boolean {
    const difference = (this.#softwareOnly - this.#deviceOnly) / Math.max(1, this.#queries);
    return difference > MARGIN && this.#evidence() >= 1 / MAX_FALSE_ALARM;
  }

  #evidence(): number {
    const ratios = alternatives.map((share) =>
      Math.exp(this.#softwareOnly * Math.log(2 * share) + this.#deviceOnly * Math.log(2 * (1 - share))),
    );
    return ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  }
}

const inPercent = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;

/** A sentence that says so, and what to do. */
export const partingSentence = ({ tasks, device, float32, int4 }: Parting): string =>
  `After ${tasks} ${tasks === 1 ? 'task' : 'tasks'} the device recognises ${inPercent(device)} of the queries, software ${inPercent(float32)} (${inPercent(int4)} with 4-bit weights), more than chance explains; check the board with 'pcm verify', and calibrate it with 'pcm calibrate'.`;
