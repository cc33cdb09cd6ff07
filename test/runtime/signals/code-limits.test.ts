import test from 'ava';
import fc from 'fast-check';
import { scaleCode } from '../../../emulator/chip/crossbar/digital-unit.js';
import { loadProfile } from '../../../emulator/node/index.js';
import { countClipped, readLimits } from '../../../runtime/index.js';
import { codeLimits } from '../../../runtime/signals/code-limits.js';
import { emulate, openSession } from '../rig.js';

test('limits are what the digital unit makes of the limits of the converter', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 32_767 }),
      fc.integer({ min: -32_768, max: 32_767 }),
      fc.integer({ min: 2, max: 14 }),
      fc.integer({ min: 0, max: 15 }),
      (scale, offset, adcBits, scaleFractionBits) => {
        const affine = { scales: Int16Array.of(scale), offsets: Int16Array.of(offset) };
        const { low, high } = codeLimits(affine, { adcBits, scaleFractionBits });
        const [lowest, highest] = [-(2 ** (adcBits - 1)), 2 ** (adcBits - 1) - 1].map((code) =>
          scaleCode(code, scale, offset, scaleFractionBits),
        );
        if (lowest === highest) return low[0] < -32_768 && high[0] > 32_767;
        return low[0] === lowest && high[0] === highest;
      },
    ),
  );
  t.pass();
});

test('a full-scale multiplication is all at the limits, also behind a digital unit that was set', async (t) => {
  const profile = { ...loadProfile('hermes'), rows: 64, columns: 8 };
  const board = await openSession(emulate(profile));
  const window = { rowStart: 0, rows: 64, columnStart: 0, columns: 8 };
  const plane = 64 * 8;
  const { conductanceMax, scaleFractionBits } = board.information;
  await board.program(0, window, new Uint16Array(2 * plane).fill(conductanceMax, 0, plane));
  const vectors = new Int8Array(3 * 64);
  vectors.fill(127, 0, 64).fill(-127, 64, 128);
  for (const scale of [1, 0.3]) {
    const scales = new Int16Array(8).fill(scale * 2 ** scaleFractionBits);
    await board.writeColumns(0, 0, { scales, offsets: new Int16Array(8).fill(5) });
    const codes = await board.multiply(0, 1, window, vectors);
    t.is(countClipped(codes, await readLimits(board, 0, window)), 16, `scale ${scale}`);
  }
  await board.close();
});
