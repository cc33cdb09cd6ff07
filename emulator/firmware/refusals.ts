import { Refusal, RefusalCode } from '../../protocol/index.js';
import type { Window } from '../chip/operations.js';

const outOfRange = (field: string, sentence: string) => new Refusal(RefusalCode.outOfRange, field, sentence);

/** Extents of the chip, as the profile says. */
export interface Extents {
  cores: number;
  rows: number;
  columns: number;
}

export function checkIndex(field: string, value: number, count: number): void {
  if (value >= count) throw outOfRange(field, `${field} is ${value}, it must be below ${count}.`);
}

/** A span of at least one, whole within `count`. */
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

export function checkWindow(window: Window, chip: Extents): void {
  checkSpan('rowStart', window.rowStart, 'rows', window.rows, chip.rows);
  checkSpan('columnStart', window.columnStart, 'columns', window.columns, chip.columns);
}

/** Every value from `least` to below `count`. */
export function checkIndices(field: string, values: ArrayLike<number>, count: number, least = 0): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i] < least || values[i] >= count) {
      const sentence = `${field} has ${values[i]} at position ${i}, it must be from ${least} to ${count - 1}.`;
      throw outOfRange(field, sentence);
    }
  }
}

/** Targets within what a polarity can hold, in nanosiemens. */
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

/** No unit cell twice. */
export function checkDistinct(rows: Uint16Array, columns: Uint16Array, chip: Extents): void {
  const seen = new Uint8Array(chip.rows * chip.columns);
  for (let i = 0; i < rows.length; i++) {
    const cell = rows[i] * chip.columns + columns[i];
    if (seen[cell]++) {
      throw outOfRange('rows', `The unit cell at row ${rows[i]}, column ${columns[i]} is listed twice.`);
    }
  }
}

/** Input codes are symmetric: a pulse-width modulator of 8 bits has no -128. */
export function checkInputs(inputs: Int8Array, bits: number): void {
  const most = (1 << (bits - 1)) - 1;
  const position = bits === 8 ? inputs.indexOf(-128) : inputs.findIndex((code) => Math.abs(code) > most);
  if (position >= 0) {
    const sentence = `inputs has ${inputs[position]} at position ${position}, codes go from ${-most} to ${most}.`;
    throw outOfRange('inputs', sentence);
  }
}

export function checkFinite(field: string, value: number, least: number): void {
  if (!(value >= least && Number.isFinite(value))) {
    throw outOfRange(field, `${field} is ${value}, it must be a finite number of at least ${least}.`);
  }
}

export function checkRange(field: string, value: number, least: number, greatest: number): void {
  if (!(value >= least && value <= greatest)) {
    throw outOfRange(field, `${field} is ${value}, this chip goes from ${least} to ${greatest}.`);
  }
}

/** An answer that the host can take. */
export function checkAnswer(field: string, bytes: number, maxPayload: number): void {
  if (bytes > maxPayload) {
    const sentence = `The answer would take ${bytes} bytes, at most ${maxPayload} are sent at once; ask for less.`;
    throw new Refusal(RefusalCode.tooLarge, field, sentence);
  }
}
