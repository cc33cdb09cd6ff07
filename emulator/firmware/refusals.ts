import { Refusal, RefusalCode } from '../../protocol/index.js';
import type { Window } from '../chip/operations.js';

// What depends on the chip; bounds that hold for every chip are declared with the messages. Every check throws
// a `Refusal` that names the field at fault, before anything is changed.

const outOfRange = (field: string, sentence: string) => new Refusal(RefusalCode.outOfRange, field, sentence);

/** Extents of the chip, from its profile. */
export interface Extents {
  cores: number;
  rows: number;
  columns: number;
}

/** Checks that a value is below `count`. */
export function checkIndex(field: string, value: number, count: number): void {
  if (value >= count) throw outOfRange(field, `${field} is ${value}, it must be below ${count}.`);
}

/** Checks that a span has at least one element and ends within `count`. */
export function checkSpan(
  startField: string,
  start: number,
  lengthField: string,
  length: number,
  count: number,
): void {
  if (length === 0) throw outOfRange(lengthField, `${lengthField} is 0, ask for at least one.`);
  if (start + length > count) {
    throw outOfRange(
      start >= count ? startField : lengthField,
      `${startField} ${start} with ${length} ${lengthField} ends at ${start + length}, there are ${count}.`,
    );
  }
}

/** Checks that a window lies within a core. */
export function checkWindow(window: Window, chip: Extents): void {
  checkSpan('rowStart', window.rowStart, 'rows', window.rows, chip.rows);
  checkSpan('columnStart', window.columnStart, 'columns', window.columns, chip.columns);
}

/** Checks that every value is below `count`. */
export function checkIndices(field: string, values: ArrayLike<number>, count: number): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] >= count) {
      const sentence = `${field} has ${values[i]} at position ${i}, it must be from 0 to ${count - 1}.`;
      throw outOfRange(field, sentence);
    }
  }
}

/** Checks targets against the maximum conductance of a polarity, both in nanosiemens. */
export function checkTargets(targets: Uint16Array, conductanceMax: number): void {
  for (const target of targets) {
    if (target > conductanceMax) {
      throw outOfRange(
        'targets',
        `targets has ${target} nS, a polarity of this chip holds at most ${conductanceMax} nS.`,
      );
    }
  }
}

/** Checks that no unit cell is listed twice. */
export function checkDistinct(rows: Uint16Array, columns: Uint16Array, chip: Extents): void {
  const seen = new Uint8Array(chip.rows * chip.columns);
  for (let i = 0; i < rows.length; i++) {
    const cell = rows[i] * chip.columns + columns[i];
    if (seen[cell]++) {
      throw outOfRange('rows', `The unit cell at row ${rows[i]}, column ${columns[i]} is listed twice.`);
    }
  }
}

/** Checks the codes of inputs with fewer bits than the 8 that the message is declared for. */
export function checkInputs(inputs: Int8Array, bits: number): void {
  if (bits === 8) return;
  const max = (1 << (bits - 1)) - 1;
  const position = inputs.findIndex((code) => Math.abs(code) > max);
  if (position >= 0) {
    const sentence = `inputs has ${inputs[position]} at position ${position}, codes go from ${-max} to ${max}.`;
    throw outOfRange('inputs', sentence);
  }
}

/** Checks that a number is from `min` to `max`. */
export function checkRange(field: string, value: number, min: number, max: number): void {
  if (!(value >= min && value <= max)) {
    throw outOfRange(field, `${field} is ${value}, this chip goes from ${min} to ${max}.`);
  }
}

/** Checks that an answer fits a frame. */
export function checkAnswer(field: string, bytes: number, maxPayload: number): void {
  if (bytes > maxPayload) {
    const sentence = `The answer would take ${bytes} bytes, at most ${maxPayload} are sent at once; ask for less.`;
    throw new Refusal(RefusalCode.tooLarge, field, sentence);
  }
}
