// Makes what the TypeScript compiler leaves out: the profiles next to the compiled code, and the WebAssembly kernels.
import { cpSync, mkdirSync } from 'node:fs';
import asc from 'assemblyscript/asc';

mkdirSync('dist/emulator/kernels', { recursive: true });
cpSync('emulator/profiles', 'dist/emulator/profiles', { recursive: true });

const { error, stderr } = await asc.main([
  'emulator/kernels/index.as.ts',
  ...['--outFile', 'dist/emulator/kernels/kernels.wasm'],
  ...['--enable', 'simd,bulk-memory,threads', '--runtime', 'stub', '--optimizeLevel', '3', '--noAssert'],
  // one memory of any size for all threads, given by the caller
  ...['--importMemory', '--sharedMemory', '--maximumMemory', '65536', '--noExportMemory'],
]);
if (error) {
  console.error(stderr.toString());
  process.exit(1);
}
