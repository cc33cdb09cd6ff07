import {
  type AnyCommand,
  type Field,
  type Fields,
  printable,
  Refusal,
  type RefusalCode,
  refusalMessage,
  type Struct,
} from '../../protocol/index.js';
import { BoardError } from '../errors.js';

/**
 * Decodes the answer to a request. Errors: `BoardError` naming the field, if the answer is malformed, out of
 * its declared bounds, or the answer to another question.
 */
export function decodeAnswer(
  board: string,
  command: AnyCommand,
  settled: ReadonlyMap<string, number>,
  payload: Uint8Array,
): unknown {
  const answer = decodeMessage(board, command.name, command.response, payload);
  for (const [field, expected] of settled) {
    if (answer[field] === expected) continue;
    const sentence = `${field} is ${String(answer[field])}, the request says ${expected}.`;
    throw new BoardError(board, command.name, field, sentence);
  }
  return answer;
}

/** The numbers that the answer to `request` must have, by field of the answer. */
export function settledBy(
  { settled = {} }: AnyCommand,
  request: Record<string, unknown>,
): Map<string, number> {
  const factors = Object.entries(settled as Record<string, readonly string[]>);
  return new Map(
    factors.map(([field, names]) => [
      field,
      names.reduce((product, name) => product * Number(request[name]), 1),
    ]),
  );
}

/** Decodes the payload of a refusal frame. Errors: `BoardError` if it is malformed. */
export function decodeRefusal(board: string, payload: Uint8Array): Refusal {
  const { code, field, sentence } = decodeMessage(board, 'a refusal', refusalMessage, payload);
  return new Refusal(code as RefusalCode, field as string, sentence as string);
}

/** Decodes what a board sent; its texts lose their control characters. Errors: `BoardError`. */
export function decodeMessage(
  board: string,
  what: string,
  layout: Pick<Struct, 'fields'> & { decode(payload: Uint8Array): unknown },
  payload: Uint8Array,
): Record<string, unknown> {
  try {
    return withPrintableText(layout.fields, layout.decode(payload) as Record<string, unknown>);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new BoardError(board, what, error.field, error.message);
  }
}

function withPrintableText(fields: Fields, message: Record<string, unknown>): Record<string, unknown> {
  for (const [name, field] of Object.entries(fields)) {
    if (isText(field)) message[name] = printable(message[name] as string);
  }
  return message;
}

const isText = ({ kind }: Field): boolean => kind === 'text' || kind === 'rest';
