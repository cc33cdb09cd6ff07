import type { Information } from '../drivers/index.js';
import { type AnyCommand, arrayTypes, type Fields, type Message, multiply } from '../protocol/index.js';

/** Minimum valid value of a field, if it is not 0. */
const minima: Record<string, number> = {
  cores: 1,
  rows: 1,
  columns: 1,
  batch: 1,
  cells: 1,
  pulses: 1,
  length: 1,
  kinds: 1,
};

/**
 * A request with the minimum valid value in each field that `values` does not give. Arrays get the length
 * that the message announces.
 */
export function requestWith(
  { request }: AnyCommand,
  values: Record<string, number | bigint | ArrayLike<number>> = {},
): Record<string, NonNullable<unknown>> {
  const message: Record<string, NonNullable<unknown>> = {};
  for (const [name, field] of Object.entries(request.fields as Fields)) {
    const value = values[name];
    if (field.kind === 'array') {
      const length = field.shape.reduce<number>(
        (product, extent) => product * (typeof extent === 'number' ? extent : (message[extent] as number)),
        1,
      );
      const array = new arrayTypes[field.type as keyof typeof arrayTypes](length).fill(minima[name] ?? 0);
      if (typeof value === 'object') array.set(value);
      message[name] = array;
    } else if (field.kind === 'scalar') {
      message[name] = value ?? (field.type === 'u64' ? 0n : (minima[name] ?? 0));
    } else if (field.kind === 'text') message[name] = '';
  }
  return message;
}

/** The encoded payload of `requestWith`. */
export const payloadWith = (command: AnyCommand, values?: Parameters<typeof requestWith>[1]): Uint8Array =>
  command.request.encode(requestWith(command, values));

/** Maximum input code of a board; the minimum is its negative. */
export const maxInput = ({ inputBits }: Pick<Information, 'inputBits'>): number => 2 ** (inputBits - 1) - 1;

/**
 * A multiplication by one cell, for checks that count executions: it changes no device, and the board counts
 * its vectors.
 */
export const oneProduct = (batch = 1): Message<typeof multiply.request.fields> => ({
  core: 0,
  cores: 1,
  rowStart: 0,
  rows: 1,
  columnStart: 0,
  columns: 1,
  batch,
  inputs: new Int8Array(batch).fill(1),
});
