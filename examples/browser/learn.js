// An emulated board inside the page: the bundled model is flashed, then five new characters are learned on the device.
import { drawStrokes } from 'pcm-hil/data';
import { Board, memoryDial } from 'pcm-hil/drivers';
import { EmulatedBoard, fastBackend, parseProfile } from 'pcm-hil/emulator';
import { Random, decodeModel, sampleEpisode } from 'pcm-hil/network';
import { crc32 } from 'pcm-hil/protocol';
import { DeviceLearner, flash } from 'pcm-hil/runtime';

/** Five classes, five examples each; fifteen more to test with. */
const size = { ways: 5, shots: 5, queries: 15 };

/**
 * Learns one task of invented drawings. `kernels` are the bytes of emulator/kernels.wasm, `profile` is the parsed JSON of a
 * profile, and `model` holds the bytes of a model file. Returns the accuracy before the first update and after each one.
 */
export async function learn({ kernels, profile, model: bytes }, onAccuracy = () => {}) {
  const emulated = new EmulatedBoard({
    profile: parseProfile('of this page', profile, () => undefined),
    seed: 1,
    backend: fastBackend(await WebAssembly.compile(kernels)),
  });
  const dial = memoryDial('emulator', (send) => emulated.firmware.attach(send, 'this page'));
  const board = await Board.open(dial, { crc32, onClose: () => emulated.close() });
  try {
    const model = decodeModel(new Uint8Array(bytes));
    const { devices, converged } = await flash(board, model);
    const classes = drawStrokes({ classes: 20, drawings: size.shots + size.queries, seed: 1 });
    const episode = sampleEpisode(classes, size, new Random(1));
    const learner = await DeviceLearner.open(board, model);
    const { accuracies, devicesUpdated } = await learner.learn(episode, undefined, onAccuracy);
    return { devices, converged, accuracies, devicesUpdated };
  } finally {
    await board.close();
  }
}
