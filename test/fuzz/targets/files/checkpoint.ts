import { TrainingError } from '../../../../training/errors.js';
import { omniglotSchedule } from '../../../../training/meta/schedule.js';
import { loadCheckpoint, saveCheckpoint, type TrainingState } from '../../../../training/meta/state.js';
import { jsonWords } from '../../mutate-json.js';
import { require, sameBytes, type Target } from '../../target.js';
import { Scratch } from './scratch.js';
import { mutateHeader } from './tensors.js';

const scratch = new Scratch();
const array = (length: number) => new Float32Array(length).fill(0.5);
const training: TrainingState = {
  seed: 1,
  backend: 'wasm',
  schedule: omniglotSchedule,
  phase: 'meta',
  step: 3,
  parameters: { a: array(3) },
  adam: { step: 3, first: { a: array(3) }, second: { a: array(3) } },
  statistics: [{ mean: array(2), variance: array(2) }],
  average: { a: array(3) },
  headRange: 0.1,
  best: { phase: 'meta', step: 2, rate: 0.1, float32: 0.9, int4: 0.8, parameters: { a: array(3) } },
  curve: [{ phase: 'meta', step: 2, loss: 1, float32: 0.9, int4: 0.8 }],
  lossSum: 1,
  lossCount: 1,
  seconds: 9,
};

export const checkpoint: Target = {
  name: 'checkpoint',
  reads: 'checkpoints of a training',
  refusals: [TrainingError],
  seeds: async () => {
    await saveCheckpoint(scratch.path('seed'), training);
    return [scratch.read('seed')];
  },
  async read(input) {
    await saveCheckpoint(scratch.path('written'), await loadCheckpoint(scratch.write('checkpoint', input)));
    const written = scratch.read('written');
    await saveCheckpoint(scratch.path('again'), await loadCheckpoint(scratch.path('written')));
    require(sameBytes(scratch.read('again'), written), 'Writing and reading changes it.');
  },
  mutate: mutateHeader,
  words: jsonWords,
};
