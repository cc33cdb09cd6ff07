import { type Crc32, type Frame, FrameKind, type Message, encodeFrame, hello } from '../protocol/index.js';
import { LinkError } from './errors.js';

export type SessionLimits = Message<typeof hello.response.fields>;

/** Says hello over one link until it is answered; it changes nothing on the board, so saying it twice does no harm. */
export class Handshake {
  readonly #bytes: Uint8Array;
  #settle: ((answer: Frame | Error) => void) | undefined;

  constructor(
    request: Message<typeof hello.request.fields>,
    crc32: Crc32,
    private readonly patience: { retryAfter: number; giveUpAfter: number },
  ) {
    const payload = hello.request.encode(request);
    this.#bytes = encodeFrame({ kind: FrameKind.request, id: 0, command: hello.code, payload }, crc32);
  }

  /** The frame that answers hello, or why there will be none. */
  settle(answer: Frame | Error): void {
    this.#settle?.(answer);
  }

  /** Errors: `LinkError` where nothing answers; the board's refusal. */
  async run(name: string, write: (bytes: Uint8Array) => void): Promise<SessionLimits> {
    const { retryAfter, giveUpAfter } = this.patience;
    for (let waited = 0, wait = retryAfter; waited < giveUpAfter; waited += wait, wait *= 2) {
      write(this.#bytes);
      const answer = await this.#next(Math.min(wait, giveUpAfter - waited));
      if (answer instanceof Error) throw answer;
      if (answer) return hello.response.decode(answer.payload);
    }
    throw new LinkError(
      `${name} does not answer hello; check that a board speaking this protocol is there, then try again.`,
    );
  }

  #next(milliseconds: number): Promise<Frame | Error | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), milliseconds);
      this.#settle = (answer) => {
        clearTimeout(timer);
        resolve(answer);
      };
    });
  }
}
