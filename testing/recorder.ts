import { fastCrc32 as crc32 } from '../protocol/node/index.js';
import {
  type Frame,
  FrameKind,
  FrameReader,
  hello,
  MAX_PAYLOAD,
  Refusal,
  RefusalCode,
  refusalMessage,
} from '../protocol/index.js';
import type { Tap } from './relay.js';
import { type Exchange, type RecordingHeader, encodeExchange, encodeHeader } from './session-log.js';

/** Refusals after which the host sends the request again, because the board did not take it. */
const passing: readonly number[] = [
  RefusalCode.badChecksum,
  RefusalCode.noSession,
  RefusalCode.windowExceeded,
];

/**
 * Writes each request that a board executes, in order, with its answer. What the link loses, damages or
 * repeats leaves no trace.
 */
export class Recorder {
  /** Number of requests written so far. */
  count = 0;
  readonly #board: string;
  readonly #write: (line: string) => void;
  #header: RecordingHeader | undefined;
  #session = 0n;
  /** Requests of the present session without an answer, by number. */
  readonly #open = new Map<number, Frame>();
  /** Number of the next request to record: answers come in order, and repeated answers come late. */
  #next = 1;

  /** `board` is the board's address; `write` takes the lines of the recording. */
  constructor(board: string, write: (line: string) => void) {
    this.#board = board;
    this.#write = write;
  }

  /** Makes the tap for a new link. */
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

  #greeted(payload: Uint8Array): void {
    const greeting = decoded(hello.response, payload);
    if (!greeting) return;
    const { session, maxPayload, window } = greeting;
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

/** Whether a refusal says nothing about its request; so does one that is malformed. */
function isPassing(payload: Uint8Array): boolean {
  const refusal = decoded(refusalMessage, payload);
  return !refusal || passing.includes(refusal.code);
}

/** A message of the board, or undefined for one that the host will refuse. */
function decoded<T>(layout: { decode(payload: Uint8Array): T }, payload: Uint8Array): T | undefined {
  try {
    return layout.decode(payload);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

const readerOf = (onFrame: (frame: Frame) => void): FrameReader =>
  new FrameReader({ maxPayload: MAX_PAYLOAD, crc32, onFrame, onDamage: () => undefined });
