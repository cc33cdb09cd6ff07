import type { Board } from '../../../drivers/index.js';

/** Something that hosts do with a board, and a plain model of the result. */
export interface Workload {
  /** Does one thing with a board. Returns whether the connection is still good. Errors: `BrokenPromise`. */
  act(host: Board): Promise<boolean>;
  /** A new host will be opened: what the old one knew is lost. */
  forgetHost(): void;
  /** Nothing is under way: holds the board against the model. Errors: `BrokenPromise`. */
  check(): void;
}
