import type { Transport } from '../drivers/index.js';
import {
  type AnyCommand,
  type Command,
  encodeFrame,
  type Fields,
  type Frame,
  FrameKind,
  FrameReader,
  hello,
  type Message,
  Refusal,
  RefusalCode,
  refusalMessage,
} from '../protocol/index.js';
import type { Bench, Limits } from './bench.js';
import { ConformanceError } from './check.js';

/** What a raw host needs to reach a board. */
export type BoardAccess = Pick<Bench, 'dial' | 'token' | 'patience'>;

/** Maximum payload before hello has announced the board's own limit, in bytes. */
const HELLO_PAYLOAD = 4096;

/** Name of this host in hello. */
export const HOST_NAME = 'pcm conformance';

/**
 * A host that sends exactly what a check tells it to: it repeats and repairs nothing. Frames from the board
 * wait until a check takes them.
 */
export class RawHost {
  /** Number of the next request. */
  nextId = 1;
  /** The board's limits; undefined before hello is answered. */
  limits: Limits | undefined;
  /** Called with all bytes as they come. */
  onBytes: (bytes: Uint8Array) => void = () => undefined;
  readonly #access: BoardAccess;
  readonly #transport: Transport;
  readonly #reader: FrameReader;
  readonly #frames: Frame[] = [];
  #wake: () => void = () => undefined;
  #broken: ConformanceError | undefined;
  #closed = false;

  private constructor(access: BoardAccess, transport: Transport) {
    this.#access = access;
    this.#transport = transport;
    this.#reader = new FrameReader({
      maxPayload: HELLO_PAYLOAD,
      onFrame: (frame) => {
        this.#frames.push(frame);
        this.#wake();
      },
      onDamage: ({ refusal }) => this.#break(`The board sent bytes that are not a frame: ${refusal.message}`),
    });
    transport.start({
      onData: (bytes) => {
        this.onBytes(bytes);
        this.#reader.push(bytes);
      },
      onClose: () => {
        this.#closed = true;
        this.#break('The board closed the link.');
      },
    });
  }

  /** Opens a link, without hello. Errors: `LinkError`. */
  static async connect(access: BoardAccess): Promise<RawHost> {
    return new RawHost(access, await access.dial());
  }

  /**
   * Opens a link and a session, by default a new one. Waits while the board has not noticed yet that the
   * previous host is gone. Errors: `LinkError`; `ConformanceError` if hello is refused.
   */
  static async open(access: BoardAccess, session?: bigint): Promise<RawHost> {
    const host = await RawHost.connect(access);
    try {
      await host.#admitted(session);
      return host;
    } catch (error) {
      await host.close();
      throw error;
    }
  }

  async #admitted(session?: bigint): Promise<void> {
    const deadline = performance.now() + this.#access.patience;
    for (;;) {
      const answer = await this.greet(session);
      if (!(answer instanceof Refusal)) return;
      if (answer.code !== RefusalCode.busy || performance.now() > deadline) {
        throw new ConformanceError(`The board refused hello (${answer.reason}): ${answer.message}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Says hello. Returns the limits, or the refusal. Errors: `ConformanceError` if the answer is neither. */
  async greet(session: bigint = newSession(), token = this.#access.token): Promise<Limits | Refusal> {
    const payload = hello.request.encode({ session, token, host: HOST_NAME });
    this.send(hello, 0, payload);
    const answer = await this.next(
      'answer to hello',
      ({ id, command }) => id === 0 && command === hello.code,
    );
    if (answer.kind === FrameKind.refusal) return refusalOf(answer);
    if (answer.kind !== FrameKind.response) {
      throw new ConformanceError(
        `The board answered hello with a frame of the kind ${answer.kind}, not a response.`,
      );
    }
    const limits = decoded(hello.response, answer);
    this.limits = limits;
    this.nextId = limits.nextId;
    this.#reader.maxPayload = limits.maxPayload;
    return limits;
  }

  /** Sends bytes as they are. */
  write(bytes: Uint8Array): void {
    // A lost link shows when a check waits for an answer.
    this.#transport.write(bytes).catch(() => undefined);
  }

  /** Sends one frame, by default a request. */
  send(command: AnyCommand, id: number, payload: Uint8Array, kind: FrameKind = FrameKind.request): void {
    this.write(encodeFrame({ kind, id, command: command.code, payload }));
  }

  /** Takes the first frame that fits; `what` names it. Errors: `ConformanceError` if none comes in time. */
  async next(what: string, fits: (frame: Frame) => boolean): Promise<Frame> {
    const deadline = performance.now() + this.#access.patience;
    for (;;) {
      const at = this.#frames.findIndex(fits);
      if (at >= 0) return this.#frames.splice(at, 1)[0];
      if (this.#broken) throw this.#broken;
      const left = deadline - performance.now();
      if (left <= 0)
        throw new ConformanceError(`The board sent no ${what} within ${this.#access.patience} ms.`);
      await this.#news(left);
    }
  }

  /** Frames that have come and were not taken. */
  get rest(): readonly Frame[] {
    return this.#frames;
  }

  /** Takes the answer to request `id`: a response or a refusal. */
  answer(id: number): Promise<Frame> {
    return this.next(`answer to request ${id}`, (frame) => frame.id === id && isAnswer(frame));
  }

  /** Takes the refusal with a number; 0 is the number of bytes that were not a request. */
  async refusal(id: number): Promise<Refusal> {
    const frame = await this.next(`refusal with the id ${id}`, (frame) => frame.id === id && isAnswer(frame));
    if (frame.kind !== FrameKind.refusal) throw new ConformanceError('It was answered, expected a refusal.');
    return refusalOf(frame);
  }

  /**
   * Sends a request under the next number. Returns its answer. Errors: `ConformanceError` if it is refused.
   */
  async get<Q extends Fields, A extends Fields>(
    command: Command<Q, A>,
    message: Message<Q>,
  ): Promise<Message<A>> {
    const id = this.nextId++;
    this.send(command, id, command.request.encode(message));
    return responseOf(command, await this.answer(id));
  }

  /** Sends a payload that must be refused, under the next number. Returns the refusal. */
  refused(command: AnyCommand, payload: Uint8Array): Promise<Refusal> {
    const id = this.nextId++;
    this.send(command, id, payload);
    return this.refusal(id);
  }

  /** Whether the board closes the link within so many milliseconds. */
  async closes(within: number): Promise<boolean> {
    const deadline = performance.now() + within;
    while (!this.#closed && performance.now() < deadline) await this.#news(deadline - performance.now());
    return this.#closed;
  }

  /** Closes the link. */
  async close(): Promise<void> {
    await this.#transport.close();
  }

  /** Resolves when a frame has come or the link has failed, after `within` milliseconds at most. */
  #news(within: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, within);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #break(sentence: string): void {
    this.#broken ??= new ConformanceError(sentence);
    this.#wake();
  }
}

const isAnswer = ({ kind }: Frame): boolean => kind === FrameKind.response || kind === FrameKind.refusal;

/** A random session number. */
export const newSession = (): bigint => crypto.getRandomValues(new BigUint64Array(1))[0];

/** Decodes a refusal frame. Errors: `ConformanceError` if it is malformed. */
export function refusalOf({ payload }: Frame): Refusal {
  const { code, field, sentence } = decoded(refusalMessage, { payload });
  return new Refusal(code as RefusalCode, field, sentence);
}

/**
 * Decodes the answer to a command. Errors: `ConformanceError` if it is a refusal, of another command, or
 * malformed.
 */
export function responseOf<Q extends Fields, A extends Fields>(
  command: Command<Q, A>,
  answer: Frame,
): Message<A> {
  if (answer.kind === FrameKind.refusal) {
    const refusal = refusalOf(answer);
    throw new ConformanceError(`${command.name} was refused (${refusal.reason}): ${refusal.message}`);
  }
  if (answer.command !== command.code) {
    throw new ConformanceError(`The answer to ${command.name} has the command number ${answer.command}.`);
  }
  return decoded(command.response, answer);
}

function decoded<A extends Fields>(
  layout: { decode(payload: Uint8Array): Message<A> },
  { payload }: Pick<Frame, 'payload'>,
): Message<A> {
  try {
    return layout.decode(payload);
  } catch (error) {
    throw new ConformanceError(`The board's answer is malformed: ${(error as Error).message}`);
  }
}
