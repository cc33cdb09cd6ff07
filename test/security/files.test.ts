import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import test from 'ava';
import { decodeNpy, encodeNpy } from '../../data/index.js';
import { decodeDrawing, decodePhoto } from '../../data/node/index.js';
import { decodeModel } from '../../network/index.js';
import { bundledModels } from '../../network/node/index.js';
import { Random } from '../../network/numerics/random.js';
import { root } from '../cli/rig.js';

/** Source files of the rooms that read files. */
const readers = ['data', 'network', 'testing', 'emulator/profile', 'emulator/state', 'emulator/node'].flatMap(
  (room) =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .map((name) => join(room, name))
      .filter((path) => path.endsWith('.ts') && statSync(join(root, path)).isFile()),
);

test('no reader of files can run what it reads', (t) => {
  t.true(readers.length > 80);
  const running =
    /\beval\(|new Function\b|node:vm|node:child_process|\bimport\((?!')|createRequire|(?<![#.\w])require\(/;
  // It may run the command `flock` on the lock of a state file, and reads nothing.
  const lock = join('emulator', 'node', 'state', 'open-exclusive.ts');
  t.deepEqual(
    readers.filter((path) => running.test(readFileSync(join(root, path), 'utf8'))),
    [lock],
  );
});

const SIDE = 24;
const pixels = Buffer.from(Array.from({ length: SIDE * SIDE * 4 }, (_, i) => (i * 37) & 0xff));

/** A sound file of each format, and its reader. */
const formats: Record<string, { bytes: Uint8Array; read(bytes: Uint8Array): unknown }> = {
  png: {
    bytes: PNG.sync.write(Object.assign(new PNG({ width: SIDE, height: SIDE }), { data: pixels })),
    read: (bytes) => decodeDrawing(bytes, 'a.png'),
  },
  jpeg: {
    bytes: jpeg.encode({ width: SIDE, height: SIDE, data: pixels }, 80).data,
    read: (bytes) => decodePhoto(bytes, 'a.jpg'),
  },
  npy: {
    bytes: encodeNpy({ shape: [4, 3], data: new Float32Array(12) }),
    read: (bytes) => decodeNpy(bytes),
  },
  safetensors: { bytes: readFileSync(bundledModels.omniglot), read: (bytes) => decodeModel(bytes) },
};

function mutated(random: Random, whole: Uint8Array): Uint8Array {
  // Most of what can be wrong is in the header.
  const place = () => random.below(random.below(2) ? Math.min(200, whole.length) : whole.length);
  const bytes = Uint8Array.from(whole);
  if (random.below(4) === 0) return bytes.subarray(0, place());
  if (random.below(4) === 0) return Buffer.concat([bytes.subarray(0, place()), bytes.subarray(place())]);
  for (let flips = random.below(4); flips >= 0; flips--) bytes[place()] = random.below(256);
  return bytes;
}

for (const [name, { bytes, read }] of Object.entries(formats)) {
  test(`a file with flipped, lost or repeated bytes is read or refused: ${name}`, (t) => {
    const random = new Random(1);
    t.truthy(read(bytes));
    const outcomes = { read: 0, refused: 0 };
    for (let i = 0; i < 500; i++) {
      const file = mutated(random, bytes);
      try {
        read(file);
        outcomes.read++;
      } catch (error) {
        const { name, message, stack } = error as Error;
        if (['TypeError', 'RangeError', 'ReferenceError'].includes(name))
          return t.fail(`${message} ${stack}`);
        outcomes.refused++;
      }
    }
    t.true(outcomes.refused > 50, JSON.stringify(outcomes));
  });
}
