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

export type Way = Pick<Bench, 'dial' | 'token' | 'patience'>;

/** Longest payload that is taken before hello has told the board's limit, in bytes. */
const helloPayload = 4096;

/** How this host calls itself. */
export const hostName = 'pcm conformance';

/**
 * A host that sends exactly what a check tells it to: nothing is repeated, nothing mended. What the board sends waits until
 * a check asks for it.
 */
export class RawHost {
  /** Number of the next request. */
  nextId = 1;
  limits: Limits | undefined;
  /** Is shown the bytes as they come. */
  onBytes: (bytes: Uint8Array) => void = () => undefined;
  readonly #way: Way;
  readonly #transport: Transport;
  readonly #reader: FrameReader;
  readonly #frames: Frame[] = [];
  #wake: () => void = () => undefined;
  #broken: ConformanceError | undefined;

  private constructor(way: Way, transport: Transport) {
    this.#way = way;
    this.#transport = transport;
    this.#reader = new FrameReader({
      maxPayload: helloPayload,
      onFrame: (frame) => {
        this.#frames.push(frame);
        this.#wake();
      },
      onDamage: ({ refusal }) => this.#break(`The board sent bytes that are no frame: ${refusal.message}`),
    });
    transport.start({
      onData: (bytes) => {
        this.onBytes(bytes);
        this.#reader.push(bytes);
      },
      onClose: () => this.#break('The board closed the link.'),
    });
  }

  /** A link, and nothing said on it yet. Errors: `LinkError`. */
  static async connect(way: Way): Promise<RawHost> {
    return new RawHost(way, await way.dial());
  }

  /**
   * A link with a session, a new one where no number is given; `before` is sent before hello. A board that still notices
   * the host before is waited for.
   */
  static async open(way: Way, session?: bigint, before?: Uint8Array): Promise<RawHost> {
    const host = await RawHost.connect(way);
    if (before) host.write(before);
    const deadline = performance.now() + way.patience;
    for (;;) {
      const answer = await host.greet(session);
      if (!(answer instanceof Refusal)) return host;
      if (answer.code !== RefusalCode.busy || performance.now() > deadline) {
        await host.close();
        throw new ConformanceError(`Hello was refused (${answer.reason}): ${answer.message}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Says hello; the limits, or the refusal. */
  async greet(session: bigint = newSession(), token = this.#way.token): Promise<Limits | Refusal> {
    const payload = hello.request.encode({ session, token, host: hostName });
    this.send(hello, 0, payload);
    const answer = await this.next(
      'answer to hello',
      ({ id, command }) => id === 0 && command === hello.code,
    );
    if (answer.kind === FrameKind.refusal) return refusalOf(answer);
    if (answer.kind !== FrameKind.response) {
      throw new ConformanceError(`Hello was answered by a frame of the kind ${answer.kind}, not a response.`);
    }
    const limits = decoded(hello.response, answer);
    this.limits = limits;
    this.nextId = limits.nextId;
    this.#reader.maxPayload = limits.maxPayload;
    return limits;
  }

  write(bytes: Uint8Array): void {
    // A link that is gone shows when an answer is waited for.
    this.#transport.write(bytes).catch(() => undefined);
  }

  send(command: AnyCommand, id: number, payload: Uint8Array, kind: FrameKind = FrameKind.request): void {
    this.write(encodeFrame({ kind, id, command: command.code, payload }));
  }

  /** The first frame that fits and was not taken yet. Errors: `ConformanceError` where none comes in time. */
  async next(what: string, fits: (frame: Frame) => boolean): Promise<Frame> {
    const deadline = performance.now() + this.#way.patience;
    for (;;) {
      const at = this.#frames.findIndex(fits);
      if (at >= 0) return this.#frames.splice(at, 1)[0];
      if (this.#broken) throw this.#broken;
      const left = deadline - performance.now();
      if (left <= 0) throw new ConformanceError(`No ${what} came within ${this.#way.patience} ms.`);
      await this.#news(left);
    }
  }

  /** Frames that came and were not taken. */
  get rest(): readonly Frame[] {
    return this.#frames;
  }

  /** The answer to request `id`: a response or a refusal. */
  answer(id: number): Promise<Frame> {
    return this.next(`answer to request ${id}`, (frame) => frame.id === id && isAnswer(frame));
  }

  /** The refusal of what was sent under `id`, 0 for what was no request. */
  async refusal(id: number): Promise<Refusal> {
    const frame = await this.next(`refusal with the id ${id}`, (frame) => frame.id === id && isAnswer(frame));
    if (frame.kind !== FrameKind.refusal) throw new ConformanceError('It was answered, expected a refusal.');
    return refusalOf(frame);
  }

  /** Asks under the next number. Errors: `ConformanceError` where it is refused. */
  async get<Q extends Fields, A extends Fields>(
    command: Command<Q, A>,
    message: Message<Q>,
  ): Promise<Message<A>> {
    const id = this.nextId++;
    this.send(command, id, command.request.encode(message));
    return responseOf(command, await this.answer(id));
  }

  /** Sends a payload that must be refused, under the next number. */
  refused(command: AnyCommand, payload: Uint8Array): Promise<Refusal> {
    const id = this.nextId++;
    this.send(command, id, payload);
    return this.refusal(id);
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

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

export const newSession = (): bigint => crypto.getRandomValues(new BigUint64Array(1))[0];

export function refusalOf({ payload }: Frame): Refusal {
  const { code, field, sentence } = decoded(refusalMessage, { payload });
  return new Refusal(code as RefusalCode, field, sentence);
}

/** Errors: `ConformanceError` where the answer is a refusal, or malformed. */
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
