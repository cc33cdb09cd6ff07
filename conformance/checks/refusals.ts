import {
  advanceClock,
  type AnyCommand,
  commands,
  hello,
  multiply,
  program,
  programCells,
  pulse,
  read,
  readColumns,
  readUserData,
  setFault,
  setTemperature,
  snapshot,
  status,
  writeColumns,
  writeUserData,
} from '../../protocol/index.js';
import type { Information } from '../../drivers/index.js';
import { type Check, Skip, expect, expectRefusal } from '../check.js';
import { maxInput, payloadWith } from '../requests.js';
import { withHost } from '../with-host.js';

type Values = Record<string, number | ArrayLike<number>>;

/**
 * A request that must be refused: what is wrong with it, the fields that the refusal may name, and its
 * values.
 */
type BadRequest = readonly [wrong: string, fields: readonly string[], values: (board: Information) => Values];

/** Whether the request would change a board that does not refuse it. */
const changes = (command: AnyCommand): boolean =>
  [writeColumns, writeUserData, advanceClock, setTemperature].includes(command) ||
  command.changesDevices === true;

const core: BadRequest = ['a core that there is not', ['core'], ({ cores }) => ({ core: cores })];

/**
 * Spans that are empty, begin or end beyond `count`, or whose end overflows the field (its maximum is `max`).
 */
function span(
  start: string,
  length: string,
  count: (board: Information) => number,
  max = 0xffff,
): readonly BadRequest[] {
  const fields = [start, length];
  return [
    [`${length} 0`, [length], () => ({ [length]: 0 })],
    [`${start} at the end`, fields, (board) => ({ [start]: count(board) })],
    [`${length} one beyond the end`, fields, (board) => ({ [start]: count(board) - 1, [length]: 2 })],
    [`${start} + ${length} beyond the width of the field`, fields, () => ({ [start]: max, [length]: 2 })],
  ];
}

const window: readonly BadRequest[] = [
  ...span('rowStart', 'rows', ({ rows }) => rows),
  ...span('columnStart', 'columns', ({ columns }) => columns),
];
const columnSpan = span('columnStart', 'columns', ({ columns }) => columns);
const userRange = span('offset', 'length', ({ userBytes }) => userBytes, 0xffffffff);
const cells: readonly BadRequest[] = [
  ['a row that there is not', ['rows'], ({ rows }) => ({ rows: [rows] })],
  ['a column that there is not', ['columns'], ({ columns }) => ({ columns: [columns] })],
];
const twice = (row: number, column: number): Values => ({
  cells: 2,
  rows: [row, row],
  columns: [column, column],
});
const target: BadRequest = [
  'a target beyond conductanceMax',
  ['targets'],
  ({ conductanceMax }) => ({ targets: [0, conductanceMax + 1] }),
];

const badRequests: readonly (readonly [AnyCommand, readonly BadRequest[]])[] = [
  [readUserData, userRange],
  [writeUserData, userRange],
  [read, [core, ...window]],
  [
    multiply,
    [
      core,
      ['cores 0', ['cores'], () => ({ cores: 0 })],
      ['more cores than there are', ['core', 'cores'], (board) => ({ cores: board.cores + 1 })],
      ...window,
      ['a code below the least', ['inputs'], (board) => ({ inputs: [-maxInput(board) - 1] })],
    ],
  ],
  [readColumns, [core, ...columnSpan]],
  [writeColumns, [core, ...columnSpan]],
  [program, [core, ...window, target]],
  [
    programCells,
    [
      core,
      ...cells,
      target,
      ['a cell listed twice', ['rows', 'columns', 'cells'], (board) => twice(0, board.columns - 1)],
      [
        'the last cell listed twice',
        ['rows', 'columns', 'cells'],
        (board) => twice(board.rows - 1, board.columns - 1),
      ],
    ],
  ],
  [
    pulse,
    [
      core,
      ...cells,
      ['a polarity that there is not', ['polarities'], () => ({ polarities: [2] })],
      [
        'a device that there is not',
        ['devices'],
        ({ devicesPerPolarity }) => ({ devices: [devicesPerPolarity] }),
      ],
      ['the kind 0', ['kinds'], () => ({ kinds: [0] })],
      ['the kind 3', ['kinds'], () => ({ kinds: [3] })],
    ],
  ],
  [snapshot, [['length 0', ['length'], () => ({ length: 0 })]]],
  [
    advanceClock,
    [-1, Number.NaN, Infinity].map((seconds) => [`seconds ${seconds}`, ['seconds'], () => ({ seconds })]),
  ],
  [
    setTemperature,
    [-273.15, Number.NaN, 1000].map((celsius) => [`celsius ${celsius}`, ['celsius'], () => ({ celsius })]),
  ],
  [
    setFault,
    [
      core,
      ['a row that there is not', ['row'], ({ rows }) => ({ row: rows })],
      ['a column that there is not', ['column'], ({ columns }) => ({ column: columns })],
      ['a polarity that there is not', ['polarity'], () => ({ polarity: 2 })],
      [
        'a device that there is not',
        ['device'],
        ({ devicesPerPolarity }) => ({ device: devicesPerPolarity }),
      ],
      ['a fault that there is not', ['fault'], () => ({ fault: 4 })],
    ],
  ],
];

const refuses = (command: AnyCommand, [wrong, fields, values]: BadRequest): Check => ({
  name: `${command.name} refuses ${wrong}: outOfRange`,
  destructive: changes(command),
  needs: command.needs,
  run: (bench) =>
    withHost(bench, async (host) => {
      const before = await host.get(status, {});
      const refusal = await host.refused(command, payloadWith(command, values(bench.information)));
      expectRefusal(refusal, 'outOfRange', ...fields);
      const after = await host.get(status, {});
      for (const counter of [
        'programmedPairs',
        'setPulses',
        'resetPulses',
        'multiplications',
        'reads',
      ] as const) {
        expect(after[counter] === before[counter], `It was refused, but the counter ${counter} has changed.`);
      }
    }),
});

const refusesLength = (command: AnyCommand, length: 'short' | 'long'): Check => ({
  name: `${command.name} refuses a payload that is one byte too ${length}: badLength`,
  destructive: changes(command),
  needs: command.needs,
  run: (bench) =>
    withHost(bench, async (host) => {
      const good = payloadWith(command);
      const payload = new Uint8Array(good.length + (length === 'short' ? -1 : 1));
      payload.set(good.subarray(0, payload.length));
      expectRefusal(await host.refused(command, payload), 'badLength');
    }),
});

const lacksCapability = (command: AnyCommand): Check => ({
  name: `${command.name} without the capability is refused: notSupported or unknownCommand`,
  destructive: false,
  async run(bench) {
    if (bench.information.capabilities & command.needs!) throw new Skip('The board has the capability.');
    await withHost(bench, async (host) => {
      const refusal = await host.refused(command, payloadWith(command));
      expectRefusal(refusal, refusal.reason === 'unknownCommand' ? 'unknownCommand' : 'notSupported');
    });
  },
});

const numbered = commands.filter((command) => command !== hello);

/** Requests that must be refused, with nothing changed. */
export const refusalChecks: readonly Check[] = [
  ...badRequests.flatMap(([command, bad]) => bad.map((request) => refuses(command, request))),
  ...numbered.flatMap((command) => [
    ...(payloadWith(command).length > 0 ? [refusesLength(command, 'short')] : []),
    refusesLength(command, 'long'),
  ]),
  ...numbered.filter(({ needs }) => needs !== undefined).map(lacksCapability),
];
