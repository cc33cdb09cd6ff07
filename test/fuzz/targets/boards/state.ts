import { BoardState, SnapshotError, StateError } from '../../../../emulator/index.js';
import type { NonVolatile } from '../../../../emulator/board/parts.js';
import type { Random } from '../../../../network/index.js';
import { fastCrc32 } from '../../../../protocol/node/index.js';
import { finish } from '../../../emulator/chip/helpers.js';
import { mutateBytes } from '../../mutate-bytes.js';
import { require, sameBytes, type Target } from '../../target.js';
import { OneFile } from './one-file.js';
import { makeBoard, use, window } from './small-board.js';

function stateSeed(work: (board: NonVolatile, state: BoardState) => void): Uint8Array {
  const disk = new OneFile();
  const { board, state } = makeBoard(disk);
  work(board, state!);
  return disk.content!;
}

/** Changes a record's kind or payload, or the order of the records; lengths and checksums fit. */
function mutateRecords(input: Uint8Array, random: Random): Uint8Array {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const records: { kind: number; payload: Uint8Array }[] = [];
  for (let at = 8; at + 12 <= input.length;) {
    const end = at + 12 + view.getUint32(at + 4, true);
    records.push({ kind: view.getUint32(at, true), payload: input.subarray(at + 12, end) });
    at = end;
  }
  if (records.length === 0) return mutateBytes(input, random);
  const record = { ...records[random.below(records.length)] };
  const kind = random.below(8);
  if (kind < 5) record.payload = mutateBytes(record.payload, random);
  else if (kind === 5) record.kind = random.below(17);
  if (kind === 6) records.splice(random.below(records.length), 1);
  else records.splice(random.below(records.length + 1), kind === 7 ? 0 : 1, record);
  const parts = records.map(({ kind, payload }) => {
    const bytes = Buffer.alloc(12 + payload.length);
    bytes.writeUInt32LE(kind);
    bytes.writeUInt32LE(payload.length, 4);
    bytes.set(payload, 12);
    bytes.writeUInt32LE(fastCrc32(bytes.subarray(12), fastCrc32(bytes.subarray(0, 8))), 8);
    return bytes;
  });
  return Uint8Array.from(Buffer.concat([input.subarray(0, 8), ...parts]));
}

export const state: Target = {
  name: 'state',
  reads: 'state files of emulated boards',
  refusals: [StateError, SnapshotError],
  seeds: () => [
    stateSeed(() => undefined),
    stateSeed(({ chip, clock, userArea }, kept) => {
      clock.advance(5);
      kept.clockMoved();
      chip.setTemperature(40);
      kept.temperatureChanged();
      userArea.write(3, Uint8Array.of(1, 2));
      kept.userDataChanged(3, Uint8Array.of(1, 2));
      chip.pulse(1, { rows: [1], columns: [2], polarities: [0], devices: [0], kinds: [1] });
      chip.setColumnAffine(0, 1, Int16Array.of(9), Int16Array.of(-9));
    }),
  ],
  read(input) {
    const disk = new OneFile(input);
    const { board, state } = makeBoard(disk);
    use(board);
    state!.close();
    const again = makeBoard(new OneFile(disk.content)).board;
    require(sameBytes(
      again.chip.snapshot(),
      board.chip.snapshot(),
    ), 'The state is another when it is read again.');
  },
  mutate: mutateRecords,
};

export const snapshot: Target = {
  name: 'snapshot',
  reads: 'snapshots of chips',
  refusals: [SnapshotError],
  seeds: () => {
    const { chip } = makeBoard().board;
    const fresh = chip.snapshot();
    finish(chip.program(0, window, new Uint16Array(24).fill(700), { tolerance: 0, maxIterations: 0 }));
    return [fresh, chip.snapshot()];
  },
  read(input) {
    const [first, second] = [makeBoard().board, makeBoard().board];
    first.clock.set(first.chip.restore(input));
    const taken = first.chip.snapshot();
    second.clock.set(second.chip.restore(taken));
    require(sameBytes(second.chip.snapshot(), taken), 'A snapshot of what was restored is another.');
    use(first);
  },
};
