import * as z from 'zod';
import { commandOf, commands, hello, type ScalarField } from '../protocol/index.js';

/** The first line of a recording. */
export interface RecordingHeader {
  /** Address of the recorded board. */
  board: string;
  /** Maximum payload of the board, in bytes. */
  maxPayload: number;
  /** Maximum number of requests under way. */
  window: number;
}

/** One executed request and its answer. */
export interface Exchange {
  /** Command number. */
  command: number;
  request: Uint8Array;
  /** Whether the answer is a refusal. */
  refused: boolean;
  answer: Uint8Array;
}

/** The recording cannot be used; the message says why. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}

/** A whole number within the bounds that a message declares for it. */
const withinBounds = ({ bounds }: ScalarField) => z.int().min(bounds!.minimum!).max(bounds!.maximum!);

const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);
const headerSchema = z.strictObject({
  pcmlog: z.literal(1),
  board: z.string(),
  maxPayload: withinBounds(hello.response.fields.maxPayload),
  window: withinBounds(hello.response.fields.window),
});
const exchangeSchema = z.union([
  z.strictObject({ command: z.string(), request: base64, response: base64 }),
  z.strictObject({ command: z.string(), request: base64, refusal: base64 }),
]);

/** The first line of a recording, as JSON. */
export const encodeHeader = (header: RecordingHeader): string => JSON.stringify({ pcmlog: 1, ...header });

/** One exchange as a line of JSON, with payloads in base64. */
export function encodeExchange({ command, request, refused, answer }: Exchange): string {
  return JSON.stringify({
    command: nameOf(command),
    request: toBase64(request),
    [refused ? 'refusal' : 'response']: toBase64(answer),
  });
}

/** Parses a recorded session. Errors: `RecordingError` naming the line at fault. */
export function decodeSession(text: string): { header: RecordingHeader; exchanges: Exchange[] } {
  const [first, ...lines] = text.split('\n').filter((line) => line !== '');
  const header = parsed(headerSchema, first ?? '', 1);
  const exchanges = lines.map((line, index) => {
    const entry = parsed(exchangeSchema, line, index + 2);
    const answer = 'refusal' in entry ? entry.refusal : entry.response;
    return {
      command: codeOf(entry.command, index + 2),
      request: fromBase64(entry.request),
      refused: 'refusal' in entry,
      answer: fromBase64(answer),
    };
  });
  return { header, exchanges };
}

function parsed<T>(schema: z.ZodType<T>, line: string, number: number): T {
  try {
    return schema.parse(JSON.parse(line));
  } catch {
    throw new RecordingError(`Line ${number} is not a line of a recording; record the session again.`);
  }
}

/** Name of a command, or its number if this version does not know it. */
export const nameOf = (code: number): string => commandOf(code)?.name ?? String(code);

function codeOf(name: string, line: number): number {
  const code = commands.find((command) => command.name === name)?.code ?? Number(name);
  if (Number.isInteger(code)) return code;
  throw new RecordingError(`Line ${line} has the command '${name}', which this version does not know.`);
}

const toBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
