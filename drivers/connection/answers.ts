import {
  type AnyCommand,
  printable,
  Refusal,
  type RefusalCode,
  refusalMessage,
  type Struct,
} from '../../protocol/index.js';
import { BoardError } from '../errors.js';

/** Numbers that an answer must have, by field. */
export type Settled = Readonly<Record<string, number>>;

/**
 * Decodes the answer to a request. Errors: `BoardError` naming the field, if the answer is malformed, out of
 * its declared bounds, or the answer to another question.
 */
export function decodeAnswer(
  board: string,
  command: AnyCommand,
  settled: Settled,
  payload: Uint8Array,
): unknown {
  const answer = decodeMessage(board, command.name, command.response, payload);
  for (const field in settled) {
    if (answer[field] === settled[field]) continue;
    const sentence = `${field} is ${String(answer[field])}, the request says ${settled[field]}.`;
    throw new BoardError(board, command.name, field, sentence);
  }
  return answer;
}

/** The numbers that the answer to `request` must have, by field of the answer. */
export function settledBy({ settled }: AnyCommand, request: Record<string, unknown>): Settled {
  const numbers: Record<string, number> = {};
  const factors = settled as Record<string, readonly string[]> | undefined;
  for (const field in factors) {
    numbers[field] = 1;
    for (const name of factors[field]) numbers[field] *= request[name] as number;
  }
  return numbers;
}

/** Decodes the payload of a refusal frame. Returns a `BoardError` if it is malformed. */
export function decodeRefusal(board: string, payload: Uint8Array): Refusal | BoardError {
  try {
    const { code, field, sentence } = decodeMessage(board, 'a refusal', refusalMessage, payload);
    return new Refusal(code as RefusalCode, field as string, sentence as string);
  } catch (error) {
    if (error instanceof BoardError) return error;
    throw error;
  }
}

/** Decodes what a board sent; its texts lose their control characters. Errors: `BoardError`. */
export function decodeMessage(
  board: string,
  what: string,
  layout: Pick<Struct, 'texts'> & { decode(payload: Uint8Array): unknown },
  payload: Uint8Array,
): Record<string, unknown> {
  try {
    const message = layout.decode(payload) as Record<string, unknown>;
    for (const name of layout.texts) message[name] = printable(message[name] as string);
    return message;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new BoardError(board, what, error.field, error.message);
  }
}
