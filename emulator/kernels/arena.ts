import type { Allocate, ArrayKind } from '../chip/memory/allocate.js';
import type { Fields, Values } from '../declaration/fields.js';
import { type Exactly, type Layout, writeLayout } from '../declaration/layout.js';
import { NORMAL_TABLE } from './constants.js';

const PAGE = 65536;
const ALIGNMENT = 64;
/** Kernels read and write up to this much over the end of an array. */
const SLACK = 64;

/** Arrays one after the other in a WebAssembly memory that grows and that several threads can share. */
export class Arena {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: PAGE, shared: true });
  #end = NORMAL_TABLE;

  /** Address of so many bytes of zeros. */
  readonly bytes = (count: number): number => {
    const start = this.#end;
    this.#end = Math.ceil((start + count + SLACK) / ALIGNMENT) * ALIGNMENT;
    const missing = this.#end - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    return start;
  };

  readonly allocate: Allocate = <T>(kind: ArrayKind<T>, length: number): T => {
    const start = this.bytes(length * kind.BYTES_PER_ELEMENT);
    return new kind(this.memory.buffer, start, length);
  };

  /** Writes a layout to new memory; returns its address. */
  place<F extends Fields, V extends Values<F>>(layout: Layout<F>, values: Exactly<F, V>): number {
    const address = this.bytes(layout.bytes);
    writeLayout(layout, this.memory.buffer, address, values);
    return address;
  }
}
