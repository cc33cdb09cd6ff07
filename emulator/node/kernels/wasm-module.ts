import { readFileSync } from 'node:fs';

let compiled: WebAssembly.Module | undefined;

/** The kernels as a module, compiled once per process. */
export function wasmModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(new URL('../../kernels/kernels.wasm', import.meta.url)));
  return compiled;
}
