import { crc32 } from 'node:zlib';
import type { AttachPeer } from '../../drivers/index.js';
import {
  arrayTypes,
  type AnyCommand,
  commandOf,
  encodeFrame,
  type Field,
  type Frame,
  FrameKind,
  hello,
  information,
  progressMessage,
  readUserData,
  RefusalCode,
  refusalMessage,
} from '../../protocol/index.js';
import { attachScripted, type Malice as Lie } from './scripted-board.js';

/** What a malice can do with the link to the host. */
export interface HostLine {
  /** Sends bytes to the host, as long as the link is open. */
  send(bytes: Uint8Array): void;
  /** Repeats an action until the link is closed. */
  every(milliseconds: number, action: () => void): void;
  /** Closes the link; at once and without a word if `hard`. */
  close(hard?: boolean): void;
  /** Notes that the host has met the malice. */
  strike(): void;
}

/** A board, or something else at its address, that does harm. */
export type Malice = (
  | { /** At once, and with all bytes of the host. */ readonly attach: (line: HostLine) => AttachPeer }
  | {
      /** Sends on, or does not, what a good board answers. */
      readonly onAnswer: (frame: Frame, line: HostLine) => void;
    }
) & {
  /** The host gets through: the command must end as with a good board, in time and in bounds. */
  readonly harmless?: boolean;
};

const bytesOf = (text: string) => new TextEncoder().encode(text);
const frame = (kind: FrameKind, id: number, command: number, payload: Uint8Array = new Uint8Array()) =>
  encodeFrame({ kind, id, command, payload }, crc32);
const refusal = (code: RefusalCode, sentence = '') => refusalMessage.encode({ code, field: '', sentence });

/** Control characters, an escape sequence that clears the screen, and a line that is none. */
export const EVIL_TEXT = 'a\u001b[2J\u001b]0;title\u0007\nprofile genuine\r\u009b1m\u202e';

/** Something at the address that is no board: what it does at the beginning, and when it hears bytes. */
const other = (
  onOpen: (line: HostLine) => void,
  onBytes: (line: HostLine, bytes: Uint8Array) => void = () => undefined,
): Malice => ({
  attach: (line) => () => {
    line.strike();
    onOpen(line);
    return { receive: (bytes) => onBytes(line, bytes), close: () => undefined };
  },
});

/** A board whose hello or description is a lie. */
const lie = (told: Lie): Malice => ({
  attach: (line) => (send) => {
    line.strike();
    return attachScripted(told)(send);
  },
});

/** Answers hello, and each other frame of the host with what `answer` makes of the board's good answer. */
const answers = (answer: (frame: Frame, line: HostLine) => void): Malice => ({
  onAnswer: (good, line) => {
    if (good.command === hello.code || good.command === information.code) return line.send(again(good));
    line.strike();
    answer(good, line);
  },
});

const again = ({ kind, id, command, payload }: Frame) => frame(kind, id, command, payload);

/** Sends frames for ever in place of each answer. */
const floods = (frameOf: (asked: Frame) => Uint8Array): Malice =>
  answers((good, line) => line.every(5, () => Array.from({ length: 8 }, () => line.send(frameOf(good)))));

/** Each response, or those of one command, with some fields changed; the arrays keep to the shapes. */
const changed = (values: Record<string, number>, of?: AnyCommand): Malice => ({
  onAnswer: (good, line) => {
    const command: AnyCommand | undefined = commandOf(good.command);
    if (!command || (of && of !== command)) return line.send(again(good));
    const names = Object.keys(values).filter((name) => name in command.response.fields);
    const isOpening = good.command === hello.code || good.command === information.code;
    if (good.kind !== FrameKind.response || isOpening || names.length === 0) return line.send(again(good));
    const message = { ...command.response.decode(good.payload) } as Record<string, unknown>;
    if (names.some((name) => message[name] !== values[name])) line.strike();
    for (const name of names) message[name] = values[name];
    for (const [name, field] of Object.entries(command.response.fields as Record<string, Field>))
      if (field.kind === 'array') message[name] = new arrayTypes[field.type](elements(field.shape, message));
    line.send(frame(good.kind, good.id, good.command, command.response.encode(message as never)));
  },
});

const elements = (shape: readonly (number | string)[], message: Record<string, unknown>): number =>
  shape.reduce<number>(
    (product, extent) => product * Number(typeof extent === 'number' ? extent : message[extent]),
    1,
  );

/** A frame of which one byte comes each 100 ms, for ever; its header at once if `begun`. */
const dripping = (line: HostLine, whole: Uint8Array, begun = 0): void => {
  if (drips.has(line)) return;
  drips.add(line);
  line.send(whole.subarray(0, begun));
  let at = begun;
  line.every(100, () => line.send(Uint8Array.of(whole[at++] ?? 0)));
};
const drips = new WeakSet<HostLine>();
const longFrame = (id: number, command: number) =>
  frame(FrameKind.response, id, command, new Uint8Array(400_000));
const damaged = (bytes: Uint8Array) => bytes.with(-1, bytes[bytes.length - 1] ^ 1);
const noise = (length: number) => crypto.getRandomValues(new Uint8Array(length));

/** Forty kinds of malice, by name. */
export const malices: Readonly<Record<string, Malice>> = {
  silence: other(() => undefined),
  echo: other(
    () => undefined,
    (line, bytes) => line.send(bytes),
  ),
  'HTTP server': other(
    () => undefined,
    (line) => {
      line.send(bytesOf('HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n\r\nno'));
      line.close();
    },
  ),
  'TLS server': other(
    () => undefined,
    (line) => {
      line.send(Uint8Array.of(0x15, 0x03, 0x03, 0, 2, 2, 0x46));
      line.close();
    },
  ),
  'SSH server': other((line) => line.send(bytesOf('SSH-2.0-OpenSSH_9.6\r\n'))),
  'boot loader': other((line) => {
    line.every(200, () => line.send(bytesOf('U-Boot 2024.01 (Jan 01 2024)\u001b[0m\r\n=> ')));
  }),
  'noise for ever': other((line) => line.every(10, () => line.send(noise(4096)))),
  'zeros for ever': other((line) => line.every(10, () => line.send(new Uint8Array(4096)))),
  'a link that is closed at once': other((line) => line.close()),
  'a link that is reset at hello': other(
    () => undefined,
    (line) => line.close(true),
  ),
  'a hello that drips': other((line) => dripping(line, longFrame(0, hello.code))),
  'sync bytes that drip': other((line) => dripping(line, frame(FrameKind.response, 0, 1).subarray(0, 2))),
  'progress instead of hello': other((line) =>
    line.every(5, () =>
      line.send(frame(FrameKind.progress, 0, hello.code, progressMessage.encode({ done: 1, total: 2 }))),
    ),
  ),
  'badChecksum at hello for ever': other((line) =>
    line.every(5, () => line.send(frame(FrameKind.refusal, 0, hello.code, refusal(RefusalCode.badChecksum)))),
  ),
  'busy with an evil text': other(
    () => undefined,
    (line) => line.send(frame(FrameKind.refusal, 0, hello.code, refusal(RefusalCode.busy, EVIL_TEXT))),
  ),
  'a short refusal of hello': other(
    () => undefined,
    (line) => line.send(frame(FrameKind.refusal, 0, hello.code, new Uint8Array(3))),
  ),
  'a short answer to hello': other(
    () => undefined,
    (line) => line.send(frame(FrameKind.response, 0, hello.code, new Uint8Array(3))),
  ),
  'window 0': lie({ hello: { window: 0 } }),
  'maxPayload 0': lie({ hello: { maxPayload: 0 } }),
  'maxPayload 4 GiB': lie({ hello: { maxPayload: 2 ** 32 - 1 } }),
  'next request 0': lie({ hello: { nextId: 0 } }),
  'another session': lie({ hello: { session: 1n } }),
  'no cores': lie({ information: { cores: 0 } }),
  '65,535 x 65,535 cells': lie({ information: { cores: 65_535, rows: 65_535, columns: 65_535 } }),
  '4096 cores of 4096 x 4096 cells, and silence': lie({
    information: { cores: 4096, rows: 4096, columns: 4096 },
  }),
  'adcStep 0': lie({ information: { adcStep: 0 } }),
  'adcStep NaN': lie({ information: { adcStep: NaN } }),
  'conductanceMax 0': lie({ information: { conductanceMax: 0 } }),
  'drift that begins never': lie({ information: { driftStart: Infinity } }),
  'a user area of 4 GiB': lie({ information: { userBytes: 2 ** 32 - 1 } }),
  'hello and then silence': answers(() => undefined),
  'a link that is closed at each frame': answers((_, line) => line.close()),
  'answers that nobody asked for': floods(({ command }) => frame(FrameKind.response, 0x7fff_ffff, command)),
  'refusals of nothing': floods(({ command }) =>
    frame(FrameKind.refusal, 0, command, refusal(RefusalCode.badFrame)),
  ),
  'badChecksum for ever': floods(({ id, command }) =>
    frame(FrameKind.refusal, id, command, refusal(RefusalCode.badChecksum)),
  ),
  'progress that stands still for ever': floods(({ id, command }) =>
    frame(FrameKind.progress, id, command, progressMessage.encode({ done: 1, total: 2 })),
  ),
  'a wrong checksum on each answer': answers((good, line) => line.send(damaged(again(good)))),
  'an answer that drips': answers(({ id, command }, line) => dripping(line, longFrame(id, command), 40)),
  'a short refusal': answers(({ id, command }, line) =>
    line.send(frame(FrameKind.refusal, id, command, new Uint8Array(3))),
  ),
  'a short answer': answers(({ id, command }, line) =>
    line.send(frame(FrameKind.response, id, command, new Uint8Array(1))),
  ),
  'refusals with an evil text': answers(({ id, command }, line) =>
    line.send(frame(FrameKind.refusal, id, command, refusal(RefusalCode.internal, EVIL_TEXT))),
  ),
  'answers of 1 x 1': changed({ rows: 1, columns: 1, batch: 1, cores: 1 }),
  'a clock of NaN': changed({ clock: NaN }),
  'a mean error of NaN': changed({ rmsError: NaN }),
  'an infinite temperature': changed({ celsius: Infinity }),
  'more pairs than asked for': changed({ pairs: 2 ** 32 - 1 }),
  'a snapshot of 4 GiB': changed({ total: 2 ** 32 - 1 }),
  'user data of another length': changed({ length: 1 }, readUserData),
  'evil texts in the description': {
    harmless: true,
    onAnswer: (good, line) => {
      if (good.command !== information.code || good.kind !== FrameKind.response)
        return line.send(again(good));
      line.strike();
      const told = {
        ...information.response.decode(good.payload),
        vendor: EVIL_TEXT,
        product: EVIL_TEXT.slice(0, 12),
      };
      line.send(
        frame(
          good.kind,
          good.id,
          good.command,
          information.response.encode({ ...told, vendor: 'v\u001b[2J\n', serial: 's\r\u0007' }),
        ),
      );
    },
  },
  'each answer twice': {
    harmless: true,
    onAnswer: (good, line) => {
      line.strike();
      line.send(again(good));
      line.send(again(good));
    },
  },
};
