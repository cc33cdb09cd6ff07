import { crc32 } from 'node:zlib';
import { type Frame, FrameKind, FrameReader, hello, RefusalCode, refusalMessage } from '../protocol/index.js';
import type { Tap } from './relay.js';
import { type Exchange, type RecordingHeader, encodeExchange, encodeHeader } from './session-log.js';

/** Refusals after which a request comes again: it was not taken. */
const passing: readonly number[] = [
  RefusalCode.badChecksum,
  RefusalCode.noSession,
  RefusalCode.windowExceeded,
];

/**
 * Writes each request that a board executed, in that order, with its answer. What the link lost, damaged or repeated leaves
 * no trace.
 */
export class Recorder {
  /** Requests written so far. */
  count = 0;
  readonly #board: string;
  readonly #write: (line: string) => void;
  #header: RecordingHeader | undefined;
  #session = 0n;
  /** Requests of the present session without an answer, by number. */
  readonly #open = new Map<number, Frame>();

  constructor(board: string, write: (line: string) => void) {
    this.#board = board;
    this.#write = write;
  }

  /** What a new link is listened to with. */
  readonly tap = (): Tap => {
    const readers = {
      toBoard: readerOf((frame) => this.#fromHost(frame)),
      toHost: readerOf((frame) => this.#fromBoard(frame)),
    };
    return { onBytes: (direction, bytes) => readers[direction].push(bytes) };
  };

  #fromHost(frame: Frame): void {
    if (frame.kind === FrameKind.request && frame.id > 0) this.#open.set(frame.id, frame);
  }

  #fromBoard({ kind, id, command, payload }: Frame): void {
    if (command === hello.code && kind === FrameKind.response) return this.#greeted(payload);
    const request = this.#open.get(id);
    if (!request || (kind !== FrameKind.response && kind !== FrameKind.refusal)) return;
    const refused = kind === FrameKind.refusal;
    if (refused && isPassing(payload)) return;
    this.#open.delete(id);
    if (id < this.#next) return;
    this.#next = id + 1;
    this.#record({ command, request: request.payload, refused, answer: payload });
  }

  /** Number of the next request that is recorded: answers come in order, repeated ones come late. */
  #next = 1;

  #greeted(payload: Uint8Array): void {
    const { session, maxPayload, window } = hello.response.decode(payload);
    if (session !== this.#session) {
      this.#session = session;
      this.#next = 1;
      this.#open.clear();
    }
    if (this.#header) return;
    this.#header = { board: this.#board, maxPayload, window };
    this.#write(encodeHeader(this.#header));
  }

  #record(exchange: Exchange): void {
    this.count++;
    this.#write(encodeExchange(exchange));
  }
}

const isPassing = (payload: Uint8Array): boolean => passing.includes(refusalMessage.decode(payload).code);

const readerOf = (onFrame: (frame: Frame) => void): FrameReader =>
  new FrameReader({ maxPayload: 2 ** 30, crc32, onFrame, onDamage: () => undefined });
