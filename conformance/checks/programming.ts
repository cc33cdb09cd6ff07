import { type Message, program, programCells, pulse, PulseKind, read, status } from '../../protocol/index.js';
import type { Status } from '../../drivers/index.js';
import type { Bench } from '../bench.js';
import { type Check, destructive, expect, expectEqual } from '../check.js';
import type { RawHost } from '../raw-host.js';
import { withHost } from '../with-host.js';

const verify = { tolerance: 0, maxIterations: 0 };

/** Mean of each polarity of a window, in nanosiemens. */
async function means(
  host: RawHost,
  window: Parameters<typeof windowOf>,
): Promise<[plus: number, minus: number]> {
  const asked = windowOf(...window);
  const { conductances } = await host.get(read, { core: 0, ...asked });
  const plane = asked.rows * asked.columns;
  const mean = (values: Uint16Array) => values.reduce((sum, value) => sum + value, 0) / plane;
  return [mean(conductances.subarray(0, plane)), mean(conductances.subarray(plane))];
}

const windowOf = (rowStart: number, rows: number, columnStart: number, columns: number) => ({
  rowStart,
  rows,
  columnStart,
  columns,
});

/** Programs all cells of a window of core 0 to the same pair, in nanosiemens. */
async function programAll(host: RawHost, window: Parameters<typeof windowOf>, plus: number, minus: number) {
  const asked = windowOf(...window);
  const plane = asked.rows * asked.columns;
  const targets = new Uint16Array(2 * plane).fill(plus, 0, plane).fill(minus, plane);
  return host.get(program, { core: 0, ...asked, ...verify, targets });
}

/**
 * Targets and bounds in nanosiemens: a conductance programmed to `high` reads above `upper`, one to 0 below
 * `lower`.
 */
const levels = ({ information: { conductanceMax } }: Bench) => ({
  high: Math.round(0.8 * conductanceMax),
  upper: 0.5 * conductanceMax,
  lower: 0.25 * conductanceMax,
});

function expectHigh(what: string, value: number, { upper }: ReturnType<typeof levels>): void {
  expect(value > upper, `${what} reads ${Math.round(value)} nS, expected more than ${Math.round(upper)}.`);
}

function expectLow(what: string, value: number, { lower }: ReturnType<typeof levels>): void {
  expect(value < lower, `${what} reads ${Math.round(value)} nS, expected less than ${Math.round(lower)}.`);
}

interface Pulse {
  column: number;
  polarity: number;
  device: number;
  kind: PulseKind;
}

const pulsesOf = (list: readonly Pulse[]): Message<typeof pulse.request.fields> => ({
  core: 0,
  pulses: list.length,
  rows: new Uint16Array(list.length).fill(AT),
  columns: Uint16Array.from(list, ({ column }) => column),
  polarities: Uint8Array.from(list, ({ polarity }) => polarity),
  devices: Uint8Array.from(list, ({ device }) => device),
  kinds: Uint8Array.from(list, ({ kind }) => kind),
});

/**
 * Cells at the corners of the last core, and one that a board mistakes for a corner if it strides by rows,
 * not columns.
 */
function cornersOf({ information: { cores, rows, columns } }: Bench) {
  const [row, column] = [rows - 1, columns - 1];
  return {
    core: cores - 1,
    cells: 4,
    rows: Uint16Array.of(row, row, 0, 1),
    columns: Uint16Array.of(column, 0, column, Math.max(0, column - rows)),
  };
}

/** First row and column of the eight that the checks program, with a margin around them. */
const AT = 2;

/** Programming and pulses. */
export const programmingChecks: readonly Check[] = [
  destructive(
    'program brings a window to its targets, the first plane the plus polarity, and reports it',
    (bench) =>
      withHost(bench, async (host) => {
        const level = levels(bench);
        const pulsesGiven: number[] = [];
        for (const [plus, minus] of [
          [level.high, 0],
          [0, level.high],
          [0, 0],
        ]) {
          const report = await programAll(host, [AT, 8, AT, 8], plus, minus);
          pulsesGiven.push(report.setPulses + report.resetPulses);
          expectEqual('pairs', report.pairs, 64);
          expect(
            report.converged <= 64 && report.converged >= 32,
            `${report.converged} of 64 pairs converged.`,
          );
          expect(report.rmsError >= 0 && report.rmsError < level.lower, `rmsError is ${report.rmsError} nS.`);
          const [readPlus, readMinus] = await means(host, [AT, 8, AT, 8]);
          (plus > 0 ? expectHigh : expectLow)('the plus polarity', readPlus, level);
          (minus > 0 ? expectHigh : expectLow)('the minus polarity', readMinus, level);
        }
        if (bench.information.programming === 1) {
          expect(
            pulsesGiven.some((count) => count > 0),
            'It programs by pulses, but reports none.',
          );
        }
      }),
  ),

  destructive('program leaves the cells around its window alone', (bench) =>
    withHost(bench, async (host) => {
      const level = levels(bench);
      await programAll(host, [AT - 1, 10, AT - 1, 10], 0, 0);
      await programAll(host, [AT, 8, AT, 8], level.high, 0);
      for (const window of [
        [AT - 1, 1, AT - 1, 10],
        [AT + 8, 1, AT - 1, 10],
        [AT - 1, 10, AT - 1, 1],
        [AT - 1, 10, AT + 8, 1],
      ] as const) {
        expectLow('the plus polarity outside the window', (await means(host, [...window]))[0], level);
      }
      await programAll(host, [AT, 8, AT, 8], 0, 0);
    }),
  ),

  destructive('programCells programs the cells of its list and no others', (bench) =>
    withHost(bench, async (host) => {
      const level = levels(bench);
      await programAll(host, [AT, 8, AT, 8], 0, 0);
      const cells = { rows: Uint16Array.of(AT, AT + 2), columns: Uint16Array.of(AT + 5, AT + 3) };
      const targets = Uint16Array.of(level.high, 0, 0, level.high);
      const report = await host.get(programCells, { core: 0, ...verify, cells: 2, ...cells, targets });
      expectEqual('pairs', report.pairs, 2);
      expectHigh('plus of the first cell', (await means(host, [AT, 1, AT + 5, 1]))[0], level);
      expectLow('minus of the first cell', (await means(host, [AT, 1, AT + 5, 1]))[1], level);
      expectHigh('minus of the second cell', (await means(host, [AT + 2, 1, AT + 3, 1]))[1], level);
      expectLow('plus of the transposed cell', (await means(host, [AT + 5, 1, AT, 1]))[0], level);
      expectLow('minus of the other cells', (await means(host, [AT + 3, 5, AT, 8]))[1], level);
      await programAll(host, [AT, 8, AT, 8], 0, 0);
    }),
  ),

  destructive('programCells and pulse reach the corners of the last core, up to conductanceMax', (bench) =>
    withHost(bench, async (host) => {
      const level = levels(bench);
      const { conductanceMax } = bench.information;
      const { core, cells, rows, columns } = cornersOf(bench);
      const programTo = (conductance: number) => {
        const targets = new Uint16Array(2 * cells).fill(conductance, 0, cells);
        return host.get(programCells, { core, ...verify, cells, rows, columns, targets });
      };
      const expectAll = async (expectLevel: typeof expectHigh) => {
        for (const [i, row] of rows.entries()) {
          const window = windowOf(row, 1, columns[i], 1);
          const [plus] = (await host.get(read, { core, ...window })).conductances;
          expectLevel(`plus of the cell at row ${row}, column ${columns[i]}`, plus, level);
        }
      };
      await programTo(conductanceMax);
      await expectAll(expectHigh);
      for (let device = 0; device < bench.information.devicesPerPolarity; device++) {
        const resets = {
          polarities: new Uint8Array(cells),
          devices: new Uint8Array(cells).fill(device),
          kinds: new Uint8Array(cells).fill(PulseKind.reset),
        };
        await host.get(pulse, { core, pulses: cells, rows, columns, ...resets });
      }
      await expectAll(expectLow);
      await programTo(0);
    }),
  ),

  destructive('pulses are given in the order of the list, and counted', (bench) =>
    withHost(bench, async (host) => {
      const level = levels(bench);
      const { devicesPerPolarity } = bench.information;
      await programAll(host, [AT, 1, AT, 2], level.high, 0);
      const before = await host.get(status, {});
      const sets = new Array<PulseKind>(40).fill(PulseKind.set);
      const list = Array.from({ length: devicesPerPolarity }, (_, device) => [
        ...[...sets, PulseKind.reset].map((kind) => ({ column: AT, polarity: 0, device, kind })),
        ...[PulseKind.reset, ...sets].map((kind) => ({ column: AT + 1, polarity: 1, device, kind })),
      ]).flat();
      const report = await host.get(pulse, pulsesOf(list));
      const after = await host.get(status, {});
      expectEqual('setPulses', report.setPulses, 80 * devicesPerPolarity);
      expectEqual('resetPulses', report.resetPulses, 2 * devicesPerPolarity);
      expectEqual('SET pulses in the status', Number(after.setPulses - before.setPulses), report.setPulses);
      expectEqual(
        'RESET pulses in the status',
        Number(after.resetPulses - before.resetPulses),
        report.resetPulses,
      );
      const [wasReset] = await means(host, [AT, 1, AT, 1]);
      const [untouched, wasSet] = await means(host, [AT, 1, AT + 1, 1]);
      expectLow('plus of the cell that was SET, then RESET', wasReset, level);
      expectHigh('plus of the cell whose minus was pulsed', untouched, level);
      expect(wasSet > 2 * wasReset, `After RESET and 40 SET pulses it reads ${Math.round(wasSet)} nS.`);
      await programAll(host, [AT, 1, AT, 2], 0, 0);
    }),
  ),

  destructive('repeated pulses and programming are given once', (bench) =>
    withHost(bench, async (host) => {
      const before = await host.get(status, {});
      const oneCell = { core: 0, ...windowOf(AT, 1, AT, 1), ...verify, targets: new Uint16Array(2) };
      const onePulse = pulsesOf([{ column: AT, polarity: 0, device: 0, kind: PulseKind.reset }]);
      const middle: Status[] = [];
      for (const { command, payload } of [
        { command: program, payload: program.request.encode(oneCell) },
        { command: pulse, payload: pulse.request.encode(onePulse) },
      ]) {
        const id = host.nextId++;
        for (let turn = 0; turn < 3; turn++) {
          host.send(command, id, payload);
          await host.answer(id);
        }
        middle.push(await host.get(status, {}));
      }
      expectEqual('pairs programmed', Number(middle[0].programmedPairs - before.programmedPairs), 1);
      expectEqual('RESET pulses given', Number(middle[1].resetPulses - middle[0].resetPulses), 1);
    }),
  ),
];
