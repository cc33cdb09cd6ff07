import { crc32 } from 'node:zlib';
import test from 'ava';
import { payloadWith } from '../../conformance/requests.js';
import { Board, memoryDial } from '../../drivers/index.js';
import { createEmulatedBoard } from '../../emulator/node/create-emulated-board.js';
import { loadProfile } from '../../emulator/node/index.js';
import {
  commands,
  encodeFrame,
  type Frame,
  FrameKind,
  FrameReader,
  hello,
  Refusal,
  RefusalCode,
  refusalMessage,
} from '../../protocol/index.js';
import { Random } from '../../network/numerics/random.js';
import { helloFrame } from './rig.js';

/** A chip that is small enough to be compared whole. */
const profile = { ...loadProfile('ideal'), cores: 2, rows: 16, columns: 16 };

const requests = commands.filter((command) => command !== hello);

/** Some bytes of a payload replaced, dropped or added; values at the ends of their ranges come often. */
function mutated(random: Random, payload: Uint8Array): Uint8Array {
  const bytes = [...payload];
  for (let changes = random.below(4); changes >= 0; changes--) {
    const at = random.below(bytes.length + 1);
    const value = [0, 0xff, 0x7f, 0x80, random.below(256)][random.below(5)];
    const width = [1, 2, 4, 8][random.below(4)];
    if (random.below(6) === 0) bytes.splice(at, random.below(3), value);
    else for (let i = at; i < Math.min(at + width, bytes.length); i++) bytes[i] = value;
  }
  return Uint8Array.from(bytes);
}

/** A link to a board in this process on which hello was said. */
function linkToBoard(onFrame: (frame: Frame) => void, onDamage = (): void => undefined) {
  const board = createEmulatedBoard({ profile, seed: 1 });
  const reader = new FrameReader({ maxPayload: 1024 * 1024, onFrame, onDamage });
  const link = board.firmware.attach((bytes) => reader.push(bytes), 'a test');
  link.receive(helloFrame());
  return { board, link };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a board answers or refuses 20,000 mutated requests, and never fails itself', async (t) => {
  const random = new Random(1);
  const outcomes = { answered: 0, refused: 0 };
  let awaited = 0;
  const { board, link } = linkToBoard(({ kind, id, command, payload }) => {
    if (kind === FrameKind.progress || id !== awaited) return;
    awaited = 0;
    if (kind === FrameKind.response) return void outcomes.answered++;
    outcomes.refused++;
    const { code, sentence } = refusalMessage.decode(payload);
    if (code === (RefusalCode.internal as number)) t.fail(`command ${command}: ${sentence}`);
  });
  await turn();
  for (let id = 1; id <= 20_000; id++) {
    const command = requests[random.below(requests.length)];
    const payload = mutated(random, payloadWith(command));
    awaited = id;
    link.receive(encodeFrame({ kind: FrameKind.request, id, command: command.code, payload }, crc32));
    for (let turns = 0; awaited; turns++) {
      if (turns === 50)
        link.receive(encodeFrame({ kind: FrameKind.cancel, id, command: command.code }, crc32));
      await turn();
    }
  }
  t.true(outcomes.answered > 500 && outcomes.refused > 500, JSON.stringify(outcomes));
  t.log(`${outcomes.answered} answered, ${outcomes.refused} refused`);
  board.close();
});

test('what a board refuses has changed nothing', async (t) => {
  const random = new Random(2);
  let outcome: FrameKind | undefined;
  const { board, link } = linkToBoard(({ kind }) => {
    if (kind !== FrameKind.progress) outcome = kind;
  });
  await turn();
  let refused = 0;
  for (let id = 1; id <= 300; id++) {
    const command = requests[random.below(requests.length)];
    const before = board.snapshot();
    outcome = undefined;
    const payload = mutated(random, payloadWith(command));
    link.receive(encodeFrame({ kind: FrameKind.request, id, command: command.code, payload }, crc32));
    while (!outcome) await turn();
    if (outcome !== FrameKind.refusal) continue;
    refused++;
    t.deepEqual(board.snapshot(), before, command.name);
  }
  t.true(refused > 50, `${refused} refused`);
  board.close();
});

test('a host survives 5,000 mutated answers', async (t) => {
  const random = new Random(3);
  const emulated = createEmulatedBoard({ profile, seed: 1 });
  let honest = true;
  const dial = memoryDial('mutated', (send) =>
    emulated.firmware.attach((bytes) => {
      if (honest) return send(bytes);
      // Well-made frames with a payload that may be anything.
      const frame = {
        kind: bytes[3] as FrameKind,
        id: bytes[4] + 256 * bytes[5] + 65_536 * bytes[6],
        command: bytes[8],
      };
      send(encodeFrame({ ...frame, payload: mutated(random, bytes.slice(20, -4)) }, crc32));
    }, 'a test'),
  );
  const board = await Board.open(dial, { crc32 });
  honest = false;
  const window = { rowStart: 0, rows: 4, columnStart: 0, columns: 4 };
  const outcomes = { answers: 0, BoardError: 0, Refusal: 0 };
  for (let i = 0; i < 5000; i++) {
    const ask = [
      () => board.status(),
      () => board.read(0, window),
      () => board.multiply(0, 1, window, new Int8Array(4)),
      () => board.advanceClock(-1),
    ][i % 4];
    try {
      await ask();
      outcomes.answers++;
    } catch (error) {
      const name = error instanceof Refusal ? 'Refusal' : (error as Error).name;
      if (name !== 'BoardError' && name !== 'Refusal') return t.fail(String((error as Error).stack));
      outcomes[name]++;
    }
  }
  t.true(
    Object.values(outcomes).every((count) => count > 100),
    JSON.stringify(outcomes),
  );
  honest = true;
  await board.close();
  emulated.close();
});
