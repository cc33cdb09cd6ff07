// Makes what the TypeScript compiler leaves out: the profiles next to the compiled code, and the WebAssembly kernels.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';
import { constantsSource, layoutsSource } from '../dist/emulator/declaration/assembly-source.js';
import { kernelConstants } from '../dist/emulator/kernels/constants.js';
import { kernelLayouts } from '../dist/emulator/kernels/layouts.js';

cpSync('emulator/profiles', 'dist/emulator/profiles', { recursive: true });

// What host and kernels share, as the kernels import it.
const generated = 'dist/emulator/kernels/generated';
mkdirSync(generated, { recursive: true });
writeFileSync(`${generated}/constants.as.ts`, constantsSource(kernelConstants));
writeFileSync(`${generated}/layouts.as.ts`, layoutsSource(kernelLayouts));

// one memory of any size for all threads, given by the caller
const shared = ['--sharedMemory', '--maximumMemory', '65536'];
await compile(
  'emulator/kernels/assembly/index.as.ts',
  'dist/emulator/kernels/kernels.wasm',
  ',threads',
  shared,
);
await compile('training/arm/spiking/spiking.as.ts', 'dist/training/arm/spiking/spiking.wasm');

/** Compiles AssemblyScript to a module that is given its memory. */
async function compile(source, target, features = '', options = []) {
  const { error, stderr } = await asc.main([
    ...[source, '--outFile', target],
    ...['--enable', `simd,bulk-memory${features}`, '--runtime', 'stub', '--optimizeLevel', '3', '--noAssert'],
    ...['--importMemory', '--noExportMemory', ...options],
  ]);
  if (error) {
    console.error(stderr.toString());
    process.exit(1);
  }
}
