import { information, multiply, read, readColumns, readUserData, status } from '../../protocol/index.js';
import type { Bench } from '../bench.js';
import { type Check, Skip, check, expect, expectEqual, expectRefusal } from '../check.js';
import { maxInput, oneProduct } from '../requests.js';
import { multiplications, withHost } from '../with-host.js';

/** Whether a request can hold `batch` input vectors of one row. */
const fits = ({ limits }: Bench, batch: number): boolean =>
  batch <= 0xffff && batch <= limits.maxPayload - multiply.request.fixedBytes;

/** Reading, multiplying, and the board's description. */
export const readingChecks: readonly Check[] = [
  check('information describes a chip that can exist', (bench) =>
    withHost(bench, async (host) => {
      const board = await host.get(information, {});
      const atLeast = (
        field: 'cores' | 'rows' | 'columns' | 'devicesPerPolarity' | 'conductanceMax',
        min: number,
      ) => expect(board[field] >= min, `${field} is ${board[field]}, it must be at least ${min}.`);
      for (const field of ['cores', 'rows', 'columns', 'devicesPerPolarity', 'conductanceMax'] as const)
        atLeast(field, 1);
      expect(
        board.inputBits >= 2 && board.inputBits <= 8,
        `inputBits is ${board.inputBits}, it must be from 2 to 8.`,
      );
      expect(
        board.adcBits >= 2 && board.adcBits <= 16,
        `adcBits is ${board.adcBits}, it must be from 2 to 16.`,
      );
      expect(
        board.scaleFractionBits <= 15,
        `scaleFractionBits is ${board.scaleFractionBits}, it must be at most 15.`,
      );
      expect(board.adcStep > 0 && Number.isFinite(board.adcStep), `adcStep is ${board.adcStep} nS.`);
      expect(
        board.driftStart >= 0 && Number.isFinite(board.driftStart),
        `driftStart is ${board.driftStart} s.`,
      );
      expect(board.programming <= 1, `programming is ${board.programming}, it must be 0 or 1.`);
      for (const field of ['vendor', 'product', 'serial', 'firmware', 'profile'] as const) {
        expect(/^[^\p{C}]+$/u.test(board[field]), `${field} is empty or not printable.`);
      }
    }),
  ),

  check('information is the same every time', (bench) =>
    withHost(bench, async (host) => {
      const [first, second] = [await host.get(information, {}), await host.get(information, {})];
      expectEqual('information', JSON.stringify(second), JSON.stringify(first));
    }),
  ),

  check('the clock does not go back', (bench) =>
    withHost(bench, async (host) => {
      let last = 0;
      for (let i = 0; i < 5; i++) {
        const { clock } = await host.get(status, {});
        expect(Number.isFinite(clock) && clock >= last, `The clock reads ${clock} s after ${last} s.`);
        last = clock;
      }
    }),
  ),

  check('read answers the window that was asked for, to the last cell of the last core', (bench) =>
    withHost(bench, async (host) => {
      const { cores, rows, columns } = bench.information;
      const windows = [
        { core: 0, rowStart: 0, rows: 2, columnStart: 0, columns: 3 },
        { core: cores - 1, rowStart: rows - 1, rows: 1, columnStart: columns - 2, columns: 2 },
      ];
      for (const window of windows) {
        const answer = await host.get(read, window);
        expectEqual('rows', answer.rows, window.rows);
        expectEqual('columns', answer.columns, window.columns);
      }
    }),
  ),

  check('read counts conductances, multiply input vectors of every core', (bench) =>
    withHost(bench, async (host) => {
      const { cores } = bench.information;
      const before = await host.get(status, {});
      await host.get(read, { core: 0, rowStart: 0, rows: 2, columnStart: 0, columns: 3 });
      await host.get(multiply, { ...oneProduct(5), cores, inputs: new Int8Array(5 * cores) });
      const after = await host.get(status, {});
      expectEqual('conductances read', Number(after.reads - before.reads), 2 * 2 * 3);
      expectEqual('vectors multiplied', Number(after.multiplications - before.multiplications), 5 * cores);
    }),
  ),

  check('multiply answers as many codes as batch, cores and columns say', (bench) =>
    withHost(bench, async (host) => {
      const { cores, rows, columns } = bench.information;
      const message = { core: 0, cores, rowStart: 0, rows, columnStart: 0, columns, batch: 2 };
      const answer = await host.get(multiply, {
        ...message,
        inputs: new Int8Array(2 * cores * rows).fill(-maxInput(bench.information)),
      });
      expectEqual('batch', answer.batch, 2);
      expectEqual('cores', answer.cores, cores);
      expectEqual('columns', answer.columns, columns);
    }),
  ),

  check(
    'multiply refuses an answer that would not fit maxPayload before anything is done: tooLarge',
    (bench) =>
      withHost(bench, async (host) => {
        const { columns } = bench.information;
        const batch = Math.floor(bench.limits.maxPayload / (2 * columns)) + 1;
        if (!fits(bench, batch)) {
          throw new Skip('No multiplication of this board has such a large answer.');
        }
        const before = await multiplications(host);
        const message = { ...oneProduct(batch), columns };
        const refusal = await host.refused(multiply, multiply.request.encode(message));
        expectRefusal(refusal, 'tooLarge', 'batch', 'cores', 'columns');
        expectEqual('vectors multiplied', await multiplications(host), before);
      }),
  ),

  check('read refuses an answer that would not fit maxPayload: tooLarge', (bench) =>
    withHost(bench, async (host) => {
      const { rows, columns } = bench.information;
      if (read.response.fixedBytes + 4 * rows * columns <= bench.limits.maxPayload) {
        throw new Skip('The conductances of a whole core fit one answer.');
      }
      const whole = { core: 0, rowStart: 0, rows, columnStart: 0, columns };
      const refusal = await host.refused(read, read.request.encode(whole));
      expectRefusal(refusal, 'tooLarge', 'rows', 'columns');
    }),
  ),

  check('read answers as many conductances as fit maxPayload', (bench) =>
    withHost(bench, async (host) => {
      const { rows, columns } = bench.information;
      const room = Math.floor((bench.limits.maxPayload - read.response.fixedBytes) / 4);
      const windows = Array.from({ length: columns }, (_, i) => i + 1)
        .map((width) => ({ columns: width, rows: Math.min(rows, Math.floor(room / width)) }))
        .sort((one, other) => other.rows * other.columns - one.rows * one.columns);
      const answer = await host.get(read, { core: 0, rowStart: 0, columnStart: 0, ...windows[0] });
      expectEqual('rows', answer.rows, windows[0].rows);
      expectEqual('columns', answer.columns, windows[0].columns);
    }),
  ),

  check('multiply answers as many codes as fit maxPayload', (bench) =>
    withHost(bench, async (host) => {
      const room = Math.floor((bench.limits.maxPayload - multiply.response.fixedBytes) / 2);
      const widths = Array.from({ length: bench.information.columns }, (_, i) => i + 1);
      const columns = widths.find((width) => room % width === 0 && fits(bench, room / width));
      if (columns === undefined) throw new Skip('No multiplication of this board has such a large answer.');
      const answer = await host.get(multiply, { ...oneProduct(room / columns), columns });
      expectEqual('batch', answer.batch, room / columns);
    }),
  ),

  check('readColumns answers scale and offset of the last columns', (bench) =>
    withHost(bench, async (host) => {
      const { cores, columns } = bench.information;
      const answer = await host.get(readColumns, { core: cores - 1, columnStart: columns - 2, columns: 2 });
      expectEqual('columns', answer.columns, 2);
    }),
  ),

  check('readUserData answers the last byte of the user area', (bench) =>
    withHost(bench, async (host) => {
      const { userBytes } = bench.information;
      if (userBytes === 0) throw new Skip('The board has no user area.');
      const answer = await host.get(readUserData, { offset: userBytes - 1, length: 1 });
      expectEqual('offset', answer.offset, userBytes - 1);
    }),
  ),
];
