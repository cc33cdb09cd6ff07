import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { Random } from '../../network/numerics/random.js';
import { omniglotSplit } from '../../data/omniglot/split.js';
import type { Schedule } from '../../training/meta/schedule.js';

/**
 * A folder in Omniglot's layout, with bars for characters; the test alphabets hold no image that can be
 * decoded.
 */
export async function strokeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pcm-strokes-'));
  const random = new Random(1);
  for (const [set, alphabets] of Object.entries(omniglotSplit)) {
    for (const alphabet of alphabets) {
      for (const character of [1, 2]) {
        const path = join(folder, alphabet, `character0${character}`);
        await mkdir(path, { recursive: true });
        for (let drawing = 0; drawing < 4; drawing++) {
          const bytes = set === 'test' ? Buffer.from('never read') : bar(character * 9 + random.below(5));
          await writeFile(join(path, `${drawing}.png`), bytes);
        }
      }
    }
  }
  return folder;
}

function bar(left: number): Buffer {
  const image = new PNG({ width: 28, height: 28 });
  image.data.fill(255);
  for (let y = 4; y < 24; y++)
    for (let x = left; x < left + 3; x++) image.data.fill(0, (y * 28 + x) * 4, (y * 28 + x) * 4 + 3);
  return PNG.sync.write(image);
}

/** Seven steps of the warm start and four of meta-training, the last two of them in 4 bits. */
export const tinySchedule: Schedule = {
  shards: 2,
  size: { ways: 2, shots: 1, queries: 2 },
  updates: 2,
  distortion: { shift: 1, linear: 0.1 },
  mirrors: true,
  classifier: { epochs: 1, batch: 44, peakRate: 3e-3, weightDecay: 0.01 },
  meta: {
    steps: 4,
    classesPerStep: 4,
    tasksPerStep: 3,
    queries: 2,
    classMap: 0.2,
    compositePart: 0.5,
    peakRate: 1e-3,
    sharpness: 4,
    rateFactor: 10,
    fourBitPart: 0.5,
    weightNoise: 0,
    averaging: 0.2,
  },
  validateEvery: 2,
  validationTasks: 10,
  patience: 5,
};
