import {
  type DrawingClass,
  type EpisodeSize,
  halfInterval,
  mean,
  type Model,
  type Precision,
  Random,
  sampleEpisode,
  SoftwareNetwork,
} from '../../network/index.js';
import { loadOmniglot } from '../../data/node/index.js';
import { omniglotSplit } from '../../data/index.js';

/** Accuracy of the software reference on tasks of the test alphabets. */
export interface TestResult extends EpisodeSize {
  tasks: number;
  /** `ci95` as `halfInterval`: unknown (NaN) for a single task. */
  float32: { accuracy: number; ci95: number };
  int4: { accuracy: number; ci95: number };
}

/** The tasks that few-shot papers report. The model is trained for the first. */
const sizes: EpisodeSize[] = [
  { ways: 5, shots: 5, queries: 15 },
  { ways: 5, shots: 1, queries: 15 },
  { ways: 20, shots: 5, queries: 15 },
];

/** Tests a model on the test alphabets. Never use this to choose among models. Errors: `DataError`. */
export async function testModel(
  model: Model,
  data: string[],
  { tasks, seed }: { tasks: number; seed: number },
): Promise<TestResult[]> {
  const classes = await loadOmniglot(data, omniglotSplit.test);
  const networks = { float32: new SoftwareNetwork(model), int4: new SoftwareNetwork(model, 'int4') };
  return sizes.map((size) => {
    const accuracy = (precision: Precision) => accuracyOf(networks[precision], classes, size, tasks, seed);
    return { ...size, tasks, float32: accuracy('float32'), int4: accuracy('int4') };
  });
}

function accuracyOf(
  network: SoftwareNetwork,
  classes: DrawingClass[],
  size: EpisodeSize,
  tasks: number,
  seed: number,
) {
  const random = new Random(seed);
  const accuracies = Array.from({ length: tasks }, () =>
    network.learn(sampleEpisode(classes, size, random)).accuracies.at(-1)!,
  );
  return { accuracy: mean(accuracies), ci95: halfInterval(accuracies) };
}
