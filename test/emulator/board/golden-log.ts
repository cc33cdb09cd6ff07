import {
  advanceClock,
  type AnyCommand,
  type Command,
  type Fields,
  information,
  type Message,
  multiply,
  program,
  programCells,
  pulse,
  read,
  readColumns,
  readUserData,
  setFault,
  setTemperature,
  status,
  writeColumns,
  writeUserData,
} from '../../../protocol/index.js';
import { type Profile, profileNames } from '../../../emulator/profile/profile.js';
import { loadProfile } from '../../../emulator/node/load-profile.js';
import { integers } from '../chip/helpers.js';

/** A request of a log. */
export interface Request {
  readonly command: AnyCommand;
  readonly message: unknown;
}

const pulses = (profile: Profile): Profile => ({
  ...profile,
  programming: { ...profile.programming, mode: 'pulses' },
});

/**
 * The boards whose answers are recorded: every profile that comes with the emulator, and profiles for
 * the features that these do not use.
 */
export const goldenProfiles: Readonly<Record<string, Profile>> = {
  ...Object.fromEntries(profileNames.map((name) => [name, loadProfile(name)])),
  'hermes by pulses': { ...pulses(loadProfile('hermes')), rows: 48, columns: 41 },
  'pcm-like with faults and wires': {
    ...loadProfile('pcm-like'),
    cores: 3,
    rows: 37,
    columns: 70,
    wireResistance: 4,
    faults: { deadFraction: 0.02, stuckFraction: 0.01 },
  },
  'hermes-thermal by pulses': { ...pulses(loadProfile('hermes-thermal')), rows: 33, columns: 30 },
};

export const GOLDEN_SEED = 20251122;

function ask<Q extends Fields, A extends Fields>(command: Command<Q, A>, message: Message<Q>): Request {
  return { command, message };
}

/**
 * The requests of a board's log: every command, windows of all kinds, single vectors and batches for two
 * threads.
 */
export function* goldenLog(profile: Profile): Generator<Request> {
  const { cores, rows, columns, devicesPerPolarity } = profile;
  const random = integers(0x100000000, rows * 1000 + columns);
  const below = (limit: number) => Math.floor((random.next().value / 0x100000000) * limit);
  const many = (length: number, limit: number) => Uint16Array.from({ length }, () => below(limit));
  const gMax = Math.round(profile.conductanceMax * 1000);
  const targets = (length: number) => many(length, 4).map((kind) => (kind === 0 ? 0 : below(gMax + 1)));
  const verify = { tolerance: 0, maxIterations: 0 };
  const whole = { rowStart: 0, rows, columnStart: 0, columns };
  const codes = (length: number) => Int8Array.from({ length }, () => (below(5) === 0 ? 0 : below(255) - 127));
  const multiplication = (core: number, named: number, window: typeof whole, batch: number) =>
    ask(multiply, {
      core,
      cores: named,
      ...window,
      batch,
      inputs: codes(batch * named * window.rows),
    });
  const someWindow = () => {
    const [rowStart, columnStart] = [below(rows), below(columns)];
    const [height, width] = [1 + below(rows - rowStart), 1 + below(columns - columnStart)];
    return { rowStart, rows: height, columnStart, columns: width };
  };

  yield ask(information, {});
  for (let core = 0; core < cores; core++)
    yield ask(program, { core, ...whole, ...verify, targets: targets(2 * rows * columns) });
  yield multiplication(0, cores, whole, 64);
  let warmth = -1;
  for (const seconds of [0.5, 3600, 2.5e6]) {
    yield ask(advanceClock, { seconds });
    if (profile.temperature) yield ask(setTemperature, { celsius: 25 + 20 * warmth++ });
    yield multiplication(cores - 1, 1, someWindow(), 3);
    yield multiplication(0, cores, someWindow(), 1);
    yield ask(read, { core: 0, ...someWindow() });
    const scales = Int16Array.from(many(columns, 65536));
    const offsets = Int16Array.from(many(columns, 400), (word) => word - 200);
    yield ask(writeColumns, { core: 0, columnStart: 0, columns, scales, offsets });
    yield multiplication(0, 1, whole, 5);
    const cells = Math.min(20, rows);
    yield ask(programCells, {
      core: 0,
      ...verify,
      cells,
      rows: Uint16Array.from({ length: cells }, (_, cell) => cell),
      columns: many(cells, columns),
      targets: targets(2 * cells),
    });
    yield ask(pulse, {
      core: cores - 1,
      pulses: 30,
      rows: many(30, rows),
      columns: many(30, columns),
      polarities: Uint8Array.from(many(30, 2)),
      devices: Uint8Array.from(many(30, devicesPerPolarity)),
      kinds: Uint8Array.from(many(30, 4), (kind) => (kind === 0 ? 2 : 1)),
    });
    const place = { core: 0, row: below(rows), column: below(columns), polarity: below(2), device: 0 };
    yield ask(setFault, { ...place, fault: 1 + below(3) });
    yield multiplication(0, cores, whole, 2);
  }
  yield ask(readColumns, { core: 0, columnStart: 0, columns });
  const data = Uint8Array.from(many(100, 256));
  yield ask(writeUserData, { offset: 1000, length: data.length, data });
  yield ask(readUserData, { offset: 990, length: 120 });
  yield multiplication(0, cores, whole, 150);
  yield ask(status, {});
}
