import type { Dial, Information } from '../drivers/index.js';
import type { hello, Message } from '../protocol/index.js';

export type Limits = Message<typeof hello.response.fields>;

/** What every check is given: the way to the board, and what the board said of itself. */
export interface Bench {
  readonly dial: Dial;
  readonly token: string;
  /** Milliseconds that the board has for each answer, and for each report of progress. */
  readonly patience: number;
  /** Milliseconds of silence that a session must survive. */
  readonly idle: number;
  readonly limits: Limits;
  readonly information: Information;
}
