/** Makes an array of zeros, wherever the backend wants it. */
export type Allocate = <T>(kind: ArrayKind<T>, length: number) => T;

/** Constructor of a typed array. */
export interface ArrayKind<T> {
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
  readonly BYTES_PER_ELEMENT: number;
}
