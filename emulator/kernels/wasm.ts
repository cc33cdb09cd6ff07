/**
 * A `WebAssembly.Module` and a `WebAssembly.Memory`. Public declarations do not use these names: only programs
 * with the types of the DOM know them.
 */
export type WasmModule = object;
export type WasmMemory = object;

/**
 * The functions of the WebAssembly module, as the *.as.ts files declare them. Pointers are byte addresses.
 */
export interface WasmKernels {
  multiply(
    core: number,
    scratch: number,
    rowStart: number,
    rows: number,
    columnStart: number,
    columns: number,
    batch: number,
    inputs: number,
    inputStride: number,
    outputs: number,
    outputStride: number,
    noise: number,
    number: bigint,
  ): void;
  pack(matrix: number, columns: number, rows: number, packed: number): void;
  program(
    core: number,
    pairs: number,
    plus: number,
    minus: number,
    count: number,
    now: number,
    conductanceChange: number,
  ): void;
  refresh(core: number, cell: number, time: number, resistanceChange: number): void;
  product(
    weights: number,
    blockStride: number,
    inputs: number,
    inputStride: number,
    sums: number,
    sumStride: number,
    pairs: number,
    blocks: number,
    vectors: number,
  ): void;
}

/** The module's functions on a memory; each thread needs an instance of its own. */
export function instantiate(module: WasmModule, memory: WasmMemory): WasmKernels {
  const { exports } = new WebAssembly.Instance(module as WebAssembly.Module, {
    env: { memory: memory as WebAssembly.Memory },
  });
  return exports as unknown as WasmKernels;
}
