import { crc32 } from 'node:zlib';
import { type Dial, memoryDial } from '../../drivers/index.js';
import type { EmulatedBoard, HostLink } from '../../emulator/index.js';
import { createEmulatedBoard } from '../../emulator/node/create-emulated-board.js';
import { loadProfile } from '../../emulator/node/index.js';
import {
  encodeFrame,
  type Frame,
  FrameKind,
  FrameReader,
  hello,
  multiply,
  program,
  programCells,
  pulse,
  read,
  Refusal,
  RefusalCode,
  refusalMessage,
  status,
  writeColumns,
} from '../../protocol/index.js';

/** A board whose firmware is wrong in one way, and a check that must find it. */
export interface Mutant {
  readonly wrong: string;
  readonly foundBy: string;
  /** A new board of that kind. */
  readonly dial: () => Dial;
}

/** What stands between the host and a good firmware, and makes it a bad one. */
interface Meddler {
  /** Frames for the board in place of the host's one. */
  toBoard?: (frame: Frame) => Frame[];
  /** Frames for the host in place of the board's one. */
  toHost?: (frame: Frame) => Frame[];
  /** Bytes for the board in place of the host's. */
  bytes?: (bytes: Uint8Array) => Uint8Array;
}

const newBoard = () => createEmulatedBoard({ profile: loadProfile('ideal'), seed: 1 });

/** A good board, with a fresh meddler on every link. */
const meddledDial = (makeMeddler: () => Meddler): Dial => {
  const { firmware } = newBoard();
  return memoryDial('a mutant', (send) => meddle(firmware, send, makeMeddler()));
};

function meddle(
  firmware: EmulatedBoard['firmware'],
  send: (bytes: Uint8Array) => void,
  meddler: Meddler,
): HostLink {
  const {
    toBoard = (frame) => [frame],
    toHost = (frame) => [frame],
    bytes: change = (bytes) => bytes,
  } = meddler;
  const fromBoard = framesOf((frame) => toHost(frame).forEach((one) => send(encodeFrame(one, crc32))));
  const link = firmware.attach((bytes) => fromBoard.push(bytes), 'a test');
  if (!meddler.toBoard) return { receive: (bytes) => link.receive(change(bytes)), close: () => link.close() };
  const fromHost = framesOf((frame) =>
    toBoard(frame).forEach((one) => link.receive(encodeFrame(one, crc32))),
  );
  return { receive: (bytes) => fromHost.push(bytes), close: () => link.close() };
}

const framesOf = (onFrame: (frame: Frame) => void): FrameReader =>
  new FrameReader({ maxPayload: 2 ** 31, crc32, onFrame, onDamage: () => undefined });

const only =
  <T>(command: number, change: (frame: Frame) => T) =>
  (frame: Frame): T | Frame[] =>
    frame.command === command ? change(frame) : [frame];

/** Requests get new numbers of the board's own: whatever a check relies on the number for is lost. */
const executesRepeats = (): Meddler => {
  let number = 0;
  const asked = new Map<number, number>();
  return {
    toBoard: (frame) => {
      if (frame.id === 0 || frame.kind !== FrameKind.request) return [frame];
      asked.set(++number, frame.id);
      return [{ ...frame, id: number }];
    },
    toHost: (frame) => [{ ...frame, id: asked.get(frame.id) ?? frame.id }],
  };
};

/** Patches the payload of responses to one command. */
const answers =
  (command: number, patch: (payload: DataView) => void): (() => Meddler) =>
  () => ({
    toHost: only(command, (frame) => {
      if (frame.kind !== FrameKind.response) return [frame];
      const payload = frame.payload.slice();
      patch(new DataView(payload.buffer));
      return [{ ...frame, payload }];
    }),
  });

/** Patches the payload of requests of one command. */
const requests =
  (command: number, patch: (payload: Uint8Array) => void): (() => Meddler) =>
  () => ({
    toBoard: only(command, (frame) => {
      const payload = frame.payload.slice();
      if (payload.length > 0) patch(payload);
      return [{ ...frame, payload }];
    }),
  });

/** Takes refusals of one reason for another, or leaves them out. */
const refusals =
  (change: (refusal: Refusal, frame: Frame) => Refusal | undefined): (() => Meddler) =>
  () => ({
    toHost: (frame) => {
      if (frame.kind !== FrameKind.refusal) return [frame];
      const { code, field, sentence } = refusalMessage.decode(frame.payload);
      const changed = change(new Refusal(code as RefusalCode, field, sentence), frame);
      if (!changed) return [];
      const message = { code: changed.code, field: changed.field, sentence: changed.message };
      return [{ ...frame, payload: refusalMessage.encode(message) }];
    },
  });

const mutant = (wrong: string, foundBy: string, makeMeddler: () => Meddler): Mutant => ({
  wrong,
  foundBy,
  dial: () => meddledDial(makeMeddler),
});

const swap = (payload: Uint8Array, first: number, second: number, width: number): void => {
  const kept = payload.slice(first, first + width);
  payload.copyWithin(first, second, second + width);
  payload.set(kept, second);
};

export const mutants: readonly Mutant[] = [
  mutant(
    'executes a repeated request again',
    'a repeated request gets the same answer and is not executed again',
    executesRepeats,
  ),
  mutant('swaps answers two by two', 'a whole window of requests is answered in order', () => {
    const held: Frame[] = [];
    return {
      toHost: (frame) => {
        if (frame.kind !== FrameKind.response || frame.command !== multiply.code) return [frame];
        held.push(frame);
        return held.length % 2 === 0 ? held.splice(0).reverse() : [];
      },
    };
  }),
  mutant('takes every checksum for good', 'a damaged payload is never executed', () => ({
    bytes: withGoodChecksums,
  })),
  mutant('forgets its session with the link', 'hello with the same number resumes over a new link', () => {
    const salt = crypto.getRandomValues(new BigUint64Array(1))[0];
    const salted = (frame: Frame) => {
      const payload = frame.payload.slice();
      const view = new DataView(payload.buffer);
      if (payload.length >= 8) view.setBigUint64(0, view.getBigUint64(0, true) ^ salt, true);
      return [{ ...frame, payload }];
    };
    return {
      toBoard: only(hello.code, salted),
      toHost: only(hello.code, (frame) => (frame.kind === FrameKind.response ? salted(frame) : [frame])),
    };
  }),
  mutant(
    'admits whoever comes second with a polite answer',
    'a second host is refused while the first holds the board, and the first goes on',
    () => ({
      toHost: only(hello.code, (frame) => {
        if (frame.kind !== FrameKind.refusal) return [frame];
        const payload = hello.response.encode({
          session: 0n,
          maxPayload: 4096,
          nextId: 1,
          window: 1,
          resumed: 0,
        });
        return [{ ...frame, kind: FrameKind.response, payload }];
      }),
    }),
  ),
  mutant(
    'says nothing of garbage',
    'garbage before a frame is skipped and reported: badFrame',
    refusals((refusal) => (refusal.code === RefusalCode.badFrame ? undefined : refusal)),
  ),
  mutant(
    'keeps a wrong checksum to itself',
    'a wrong checksum is refused with the number of its request, which is still to come',
    refusals((refusal) => (refusal.code === RefusalCode.badChecksum ? undefined : refusal)),
  ),
  mutant(
    'calls every refusal internal',
    'an unknown command is refused and takes its number: unknownCommand',
    refusals(({ field, message }) => new Refusal(RefusalCode.internal, field, message)),
  ),
  mutant(
    'names no field',
    'multiply refuses cores 0: outOfRange',
    refusals(({ code, message }) => new Refusal(code, '', message)),
  ),
  mutant(
    'cuts a window at the edge of the chip where it should refuse',
    'read refuses rows one beyond the end: outOfRange',
    requests(read.code, (payload) => {
      const view = new DataView(payload.buffer);
      if (view.getUint16(2, true) + view.getUint16(4, true) > 256) view.setUint16(4, 1, true);
    }),
  ),
  mutant(
    'adds start and length in 16 bits',
    'read refuses rowStart + rows beyond the width of the field: outOfRange',
    requests(read.code, (payload) => {
      const view = new DataView(payload.buffer);
      if (
        ((view.getUint16(2, true) + view.getUint16(4, true)) & 0xffff) <= 256 &&
        view.getUint16(2, true) > 256
      )
        view.setUint16(2, 0, true);
    }),
  ),
  mutant(
    'takes the input code -128',
    'multiply refuses a code below the least: outOfRange',
    requests(multiply.code, (payload) => {
      for (let i = multiply.request.fixedBytes; i < payload.length; i++)
        if (payload[i] === 0x80) payload[i] = 0x81;
    }),
  ),
  mutant(
    'ignores bytes behind a payload',
    'status refuses a payload that is one byte too long: badLength',
    () => ({
      toBoard: only(status.code, (frame) => [{ ...frame, payload: new Uint8Array() }]),
    }),
  ),
  mutant(
    'programs plus for minus',
    'program brings a window to its targets, the first plane the plus polarity, and reports it',
    requests(program.code, (payload) => {
      const half = (payload.length - program.request.fixedBytes) / 2;
      if (Number.isInteger(half))
        swap(payload, program.request.fixedBytes, program.request.fixedBytes + half, half);
    }),
  ),
  mutant(
    'programs one row too many',
    'program leaves the cells around its window alone',
    requests(read.code, (payload) => {
      // as seen by a host: what lies behind the window reads like the window
      const view = new DataView(payload.buffer);
      if (view.getUint16(2, true) === 10) view.setUint16(2, 9, true);
    }),
  ),
  mutant(
    'takes rows for columns',
    'programCells programs the cells of its list and no others',
    requests(programCells.code, (payload) => {
      const cells = new DataView(payload.buffer).getUint32(8, true);
      const fixed = programCells.request.fixedBytes;
      if (payload.length === fixed + 8 * cells) swap(payload, fixed, fixed + 2 * cells, 2 * cells);
    }),
  ),
  mutant(
    'gives pulses in the order of their kinds',
    'pulses are given in the order of the list, and counted',
    requests(pulse.code, (payload) => {
      const count = new DataView(payload.buffer).getUint32(4, true);
      if (payload.length === pulse.request.fixedBytes + 7 * count) payload.subarray(-count).sort().reverse();
    }),
  ),
  mutant(
    'takes scales for offsets',
    'writeColumns sets scale and offset of its columns, and no others',
    requests(writeColumns.code, (payload) => {
      const columns = new DataView(payload.buffer).getUint16(4, true);
      const fixed = writeColumns.request.fixedBytes;
      if (payload.length === fixed + 4 * columns) swap(payload, fixed, fixed + 2 * columns, 2 * columns);
    }),
  ),
  mutant('hears no cancel', 'a long command stops between two steps when it is cancelled', () => ({
    toBoard: (frame) => (frame.kind === FrameKind.cancel ? [] : [frame]),
  })),
  mutant(
    'reports progress beyond its total',
    'a long command reports progress that grows up to its total',
    () => ({
      toHost: (frame) => {
        if (frame.kind !== FrameKind.progress) return [frame];
        const payload = frame.payload.slice();
        const view = new DataView(payload.buffer);
        view.setUint32(0, view.getUint32(4, true) + 1, true);
        return [{ ...frame, payload }];
      },
    }),
  ),
  mutant(
    'has a clock that goes back',
    'the clock does not go back',
    (() => {
      let clock = 1000;
      return answers(status.code, (view) => view.setFloat64(0, clock--, true));
    })(),
  ),
  mutant(
    'counts one multiplication for a batch',
    'read counts conductances, multiply input vectors of every core',
    (() => {
      let counted = 0n;
      return answers(status.code, (view) => view.setBigUint64(32, counted++, true));
    })(),
  ),
  mutant(
    'announces a window that it does not keep',
    'a request beyond the window is refused and still to come: windowExceeded',
    answers(hello.code, (view) => view.setUint16(16, 4, true)),
  ),
];

/** The frames of a piece, each with checksums that fit, whatever was sent. */
function withGoodChecksums(bytes: Uint8Array): Uint8Array {
  const good = bytes.slice();
  if (good.length < 24 || good[0] !== 0x50 || good[1] !== 0x43) return good;
  const end = 20 + new DataView(good.buffer).getUint32(12, true);
  if (end + 4 === good.length) new DataView(good.buffer).setUint32(end, crc32(good.subarray(0, end)), true);
  return good;
}
