import { multiply, readColumns, readUserData, writeColumns, writeUserData } from '../../protocol/index.js';
import { type Check, Skip, destructive, expectEqual } from '../check.js';
import { maxInput } from '../requests.js';
import { withHost } from '../with-host.js';

/** Columns of the digital unit, and the user area. */
export const writingChecks: readonly Check[] = [
  destructive('writeColumns sets scale and offset of its columns, and no others', (bench) =>
    withHost(bench, async (host) => {
      const { columns, rows, scaleFractionBits } = bench.information;
      const count = Math.min(6, columns);
      const before = await host.get(readColumns, { core: 0, columnStart: 0, columns: count });
      const offsets = Int16Array.of(7, -9);
      const scales = Int16Array.of(0, 0);
      await host.get(writeColumns, { core: 0, columnStart: 2, columns: 2, scales, offsets });
      const during = await host.get(readColumns, { core: 0, columnStart: 0, columns: count });
      const message = { core: 0, cores: 1, rowStart: 0, rows, columnStart: 2, columns: 2, batch: 1 };
      const inputs = new Int8Array(rows).fill(maxInput(bench.information));
      const { codes } = await host.get(multiply, { ...message, inputs });
      await host.get(writeColumns, { core: 0, columnStart: 0, ...before });
      const after = await host.get(readColumns, { core: 0, columnStart: 0, columns: count });
      expectEqual(
        'columns restored',
        after.scales.join() + after.offsets.join(),
        before.scales.join() + before.offsets.join(),
      );
      for (let column = 0; column < count; column++) {
        const written = column === 2 || column === 3;
        expectEqual(`scale of column ${column}`, during.scales[column], written ? 0 : before.scales[column]);
        expectEqual(
          `offset of column ${column}`,
          during.offsets[column],
          written ? offsets[column - 2] : before.offsets[column],
        );
      }
      expectEqual(`the codes with scale 0 of 2^${scaleFractionBits}`, codes.join(), offsets.join());
    }),
  ),

  destructive('writeColumns sets scale and offset of the last column of the last core', (bench) =>
    withHost(bench, async (host) => {
      const { cores, columns } = bench.information;
      const last = { core: cores - 1, columnStart: columns - 1, columns: 1 };
      const before = await host.get(readColumns, last);
      await host.get(writeColumns, { ...last, scales: Int16Array.of(5), offsets: Int16Array.of(-7) });
      const during = await host.get(readColumns, last);
      await host.get(writeColumns, { ...last, ...before });
      expectEqual('the scale', during.scales[0], 5);
      expectEqual('the offset', during.offsets[0], -7);
    }),
  ),

  destructive(
    'user data come back as they were written, those beside them untouched, in another session too',
    async (bench) => {
      const { userBytes } = bench.information;
      if (userBytes < 300) throw new Skip('The user area is too small.');
      const offset = userBytes - 300;
      const kept = await withHost(bench, (host) => host.get(readUserData, { offset, length: 300 }));
      const data = Uint8Array.from({ length: 256 }, (_, i) => i);
      await withHost(bench, async (host) => {
        await host.get(writeUserData, { offset: offset + 20, length: 256, data });
        await host.get(writeUserData, {
          offset: offset + 276,
          length: 24,
          data: new Uint8Array(24).fill(0xa5),
        });
      });
      await withHost(bench, async (host) => {
        const read = (await host.get(readUserData, { offset, length: 300 })).data;
        const middle = (await host.get(readUserData, { offset: offset + 20, length: 256 })).data;
        await host.get(writeUserData, kept);
        expectEqual('what was written', middle.join(), data.join());
        expectEqual('it within a longer piece', read.subarray(20, 276).join(), data.join());
        expectEqual('what stands before it', read.subarray(0, 20).join(), kept.data.subarray(0, 20).join());
        expectEqual('the last byte', read[299], 0xa5);
      });
    },
  ),
];
