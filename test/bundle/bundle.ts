import { type BuildOptions, build } from 'esbuild';
import { root } from '../cli/rig.js';

/** What no browser has, `require` aside. The bundler renames each where it is read as a global. */
const nodeGlobals = [
  'Buffer',
  'process',
  'global',
  '__dirname',
  '__filename',
  'setImmediate',
  'clearImmediate',
];

const MARK = '__node_global_';

/** Globals that a dependency looks for with `typeof` before it reads them. */
const guarded = [{ file: 'node_modules/protobufjs/src/util/minimal.js', global: 'global' }];

/** A browser bundle of one file or of a module given as text. Errors: esbuild's, naming the import, if a module of Node is reached. */
export async function bundle(source: { file: string } | { code: string }, options: BuildOptions = {}) {
  const { outputFiles, metafile } = await build({
    ...('file' in source
      ? { entryPoints: [source.file] }
      : { stdin: { contents: source.code, resolveDir: root } }),
    bundle: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
    ...options,
    absWorkingDir: root,
    write: false,
    metafile: true,
  });
  const { inputs } = Object.values(metafile!.outputs)[0];
  const used = Object.keys(inputs).filter((input) => inputs[input].bytesInOutput > 0);
  return { text: outputFiles![0].text, inputs: used };
}

/** Reads of Node's globals in the bundle of `code`, as "GLOBAL in FILE". */
export async function nodeGlobalsIn(code: string): Promise<string[]> {
  const define = Object.fromEntries(nodeGlobals.map((name) => [name, MARK + name]));
  const { text } = await bundle({ code }, { define });
  const found = new Set<string>();
  let file = '';
  for (const line of text.split('\n')) {
    // esbuild puts each file's path above its code, in a comment or as the name of a function
    file =
      /^ *(?:\/\/ |async "|")(?:\.\.[^\s"]*\/)?((?:dist|node_modules)\/[^\s"]+|<stdin>)/.exec(line)?.[1] ??
      file;
    for (const [, global] of line.matchAll(/(?:\b__node_global_|globalThis\.)(\w+)/g))
      if (nodeGlobals.includes(global)) found.add(`${global} in ${file}`);
    // what esbuild puts in place of a `require` that it cannot resolve; its own definition stands above the first file
    if (file !== '' && /\b__require\b/.test(line)) found.add(`require in ${file}`);
  }
  for (const { file, global } of guarded) found.delete(`${global} in ${file}`);
  return [...found];
}
