import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBoard } from '../../boards/index.js';
import { drawStrokes } from '../../data/index.js';
import { Random, sampleEpisode } from '../../network/index.js';
import { bundledModels, loadModel } from '../../network/node/index.js';
import { DeviceLearner, flash } from '../../runtime/index.js';
import { root } from '../cli/rig.js';

/** The page of the example for browsers, whose job the tests do in other places. */
export const example = join(root, 'examples/browser');

export interface LearnAssets {
  kernels: Uint8Array;
  profile: unknown;
  model: Uint8Array;
}

export interface Learned {
  devices: number;
  converged: number;
  accuracies: readonly number[];
  devicesUpdated: number;
}

/** `learn` of examples/browser/learn.js. */
export type Learn = (assets: LearnAssets) => Promise<Learned>;

export async function readAssets(): Promise<LearnAssets> {
  const read = (path: string) => readFile(join(root, path));
  return {
    kernels: await read('dist/emulator/kernels/kernels.wasm'),
    profile: JSON.parse((await read('dist/emulator/profiles/hermes.json')).toString()),
    model: await read('models/omniglot.safetensors'),
  };
}

/** The same job as a user of Node does it. */
export async function learnInNode(): Promise<Learned> {
  const board = await openBoard('emulator:hermes?seed=1');
  try {
    const model = await loadModel(bundledModels.omniglot);
    const { devices, converged } = await flash(board, model);
    const classes = drawStrokes({ classes: 20, drawings: 20, seed: 1 });
    const episode = sampleEpisode(classes, { ways: 5, shots: 5, queries: 15 }, new Random(1));
    const learner = await DeviceLearner.open(board, model);
    const { accuracies, devicesUpdated } = await learner.learn(episode);
    return { devices, converged, accuracies, devicesUpdated };
  } finally {
    await board.close();
  }
}
