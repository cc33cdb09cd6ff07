import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import ts from 'typescript';
import { root, temporaryFolder } from '../cli/rig.js';
import { pages } from './markdown.js';

const MAX_LINES = 25;

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.esnext.disposable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
};

/** A project that has the package installed, as a user's has. */
async function project(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'node_modules'));
  await symlink(root, join(folder, 'node_modules/pcm-hil'), 'junction');
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  return folder;
}

const examplesOf = (path: string): string[] =>
  pages
    .find((page) => page.path === path)!
    .blocks.filter(({ language }) => language === 'ts')
    .map(({ code }) => code);

test('every TypeScript example of the documents fits the types of the package', async (t) => {
  const folder = await project();
  const files: string[] = [];
  for (const { path } of pages)
    for (const [index, code] of examplesOf(path).entries()) {
      const file = join(folder, `${path.replaceAll('/', '-')}-${index}.ts`);
      await writeFile(file, code);
      files.push(file);
    }
  t.true(files.length >= 3);
  const program = ts.createProgram(files, compilerOptions);
  const problems = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    const message = ts.flattenDiagnosticMessageText(messageText, '\n');
    return `${file?.fileName.slice(folder.length + 1)}: ${message}`;
  });
  t.deepEqual(problems, []);
});

test('the example of the README learns a task on a board and recognises a drawing, as it stands', async (t) => {
  const [code] = examplesOf('README.md');
  t.true(code.trim().split('\n').length <= MAX_LINES);
  const folder = await project();
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { ...compilerOptions, module: ts.ModuleKind.ESNext },
  });
  await writeFile(join(folder, 'example.js'), outputText);
  const { stdout } = await promisify(execFile)(process.execPath, ['example.js'], { cwd: folder });
  t.log(stdout);
  const [first, ...later] = /updates: ([\d, ]+) %; \d+ devices updated\.$/m
    .exec(stdout)![1]
    .split(', ')
    .map(Number);
  t.true(later.at(-1)! > first + 40);
  t.regex(stdout, /^A drawing of (character \d+) is recognised as \1\.$/m);
});
