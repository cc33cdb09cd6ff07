import type { Dial, Information } from '../drivers/index.js';
import type { hello, Message } from '../protocol/index.js';

/** The board's answer to hello. */
export type Limits = Message<typeof hello.response.fields>;

/** What every check is given: how to reach the board, and the board's description. */
export interface Bench {
  /** Opens a link to the board. */
  readonly dial: Dial;
  /** Secret for a board that demands one, or empty. */
  readonly token: string;
  /** Milliseconds within which each answer and each progress report must come. */
  readonly patience: number;
  /** Milliseconds of silence that a session must survive. */
  readonly idle: number;
  readonly limits: Limits;
  readonly information: Information;
}
