import { crc32 } from 'node:zlib';
import { Board, type Dial, memoryDial, type Transport } from '../../drivers/index.js';
import type { EmulatedBoard, Profile } from '../../emulator/index.js';
import { createEmulatedBoard } from '../../emulator/node/create-emulated-board.js';
import { loadProfile } from '../../emulator/node/index.js';
import { type Episode, type Model, Random } from '../../network/index.js';
import type { DeviceFault } from '../../protocol/index.js';
import { smallModel } from '../network/small-model.js';

export function emulate(profile: Profile | string, seed = 1): EmulatedBoard {
  return createEmulatedBoard({ profile: typeof profile === 'string' ? loadProfile(profile) : profile, seed });
}

export const dialTo = (emulated: EmulatedBoard): Dial =>
  memoryDial('memory:', (send) => emulated.firmware.attach(send, 'a test'));

/** A session with an emulated board whose own parts the test needs; other tests open one by its address. */
export const openSession = (emulated: EmulatedBoard): Promise<Board> =>
  Board.open(dialTo(emulated), { crc32 });

/** A dial whose first link is lost after so many writes; dialled again it holds. */
export function breakingDial(dial: Dial, writes: number): Dial {
  let left = writes;
  return async (signal) => {
    const transport = await dial(signal);
    return new Proxy<Transport>(transport, {
      get: (target, name: keyof Transport) => {
        if (name === 'write' && --left === 0) return () => target.close();
        const value = target[name];
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  };
}

/** Makes all devices of a column of a core faulty, or repairs them. */
export async function setColumn(
  board: Board,
  core: number,
  column: number,
  fault: DeviceFault,
): Promise<void> {
  for (let row = 0; row < board.information.rows; row++)
    for (const polarity of [0, 1])
      for (let device = 0; device < board.information.devicesPerPolarity; device++)
        await board.setFault(core, { row, column, polarity, device }, fault);
}

/** A model like `smallModel` whose input codes do not saturate, and whose head learns noise images. */
export function unsaturatedModel(seed = 1): Model {
  const model = smallModel(seed);
  const { layers, inner } = model.description;
  inner.rate = 0.02;
  for (const [index, layer] of layers.entries()) layer.inputScale = [1 / 127, 0.05, 0.15][index];
  Object.assign(layers[2], { weightRange: 0.03 });
  return model;
}

/** Images [1, 6, 6] of noise, for `smallModel`. */
export function images(count: number, seed: number): Float32Array[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => Float32Array.from({ length: 36 }, () => random.uniform()));
}

/**
 * A task of three classes, each a noise image blurred by a little more noise; 2 shots and 4 queries a class.
 */
export function noiseTask(seed: number): Episode {
  const random = new Random(seed);
  const examples = images(3, seed).flatMap((image, label) =>
    Array.from({ length: 6 }, (_, number) => ({
      number,
      label,
      drawing: image.map((value) => value + random.between(-0.1, 0.1)),
    })),
  );
  return {
    classes: ['a', 'b', 'c'],
    support: examples.filter(({ number }) => number < 2),
    query: examples.filter(({ number }) => number >= 2),
  };
}
