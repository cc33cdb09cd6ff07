import {
  type AnyCommand,
  type Command,
  type Fields,
  type Frame,
  type FrameMemory,
  type Message,
  openFrame,
  Refusal,
  RefusalCode,
} from '../../protocol/index.js';
import type { Steps } from '../chip/operations.js';
import type { Outcome } from './session.js';

/**
 * Executes a command: returns its answer at once, later, or in steps. Arrays of the request hold until then.
 * Errors: `Refusal`, before anything is changed.
 */
export type Action<Q extends Fields, A extends Fields> = (
  request: Message<Q>,
) => Message<A> | Promise<Message<A>> | Steps<Message<A>>;

/** The actions of a board, by command. */
export class Handlers {
  readonly #known = new Map<number, { command: AnyCommand; action: (request: never) => unknown }>();

  /** Sets what a command does, also one that the protocol does not declare; replaces what it did before. */
  /** Sets the action of a command. */
  on<Q extends Fields, A extends Fields>(command: Command<Q, A>, action: Action<Q, A>): this {
    this.#known.set(command.code, { command, action });
    return this;
  }

  /** Executes a request. Errors: `Refusal`. */
  readonly execute = (request: Frame, memory?: FrameMemory): Outcome => {
    const known = this.#known.get(request.command);
    if (!known) {
      const sentence = `The board has no command ${request.command}; see docs/protocol.md for its commands.`;
      throw new Refusal(RefusalCode.unknownCommand, 'command', sentence);
    }
    const { command, action } = known;
    return encoded(command, action(command.request.decode(request.payload) as never), memory);
  };
}

function encoded({ response }: AnyCommand, outcome: unknown, memory?: FrameMemory): Outcome {
  if (isSteps(outcome)) return encodeLast(response, outcome, memory);
  if (outcome instanceof Promise) return outcome.then((message) => openFrame(response, message, memory));
  return openFrame(response, outcome as Message<Fields>, memory);
}

const isSteps = (outcome: unknown): outcome is Steps<Message<Fields>> =>
  typeof outcome === 'object' && outcome !== null && Symbol.iterator in outcome;

function* encodeLast(
  response: AnyCommand['response'],
  steps: Steps<Message<Fields>>,
  memory?: FrameMemory,
): Steps<Uint8Array> {
  return openFrame(response, yield* steps, memory);
}
