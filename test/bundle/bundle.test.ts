import { gzipSync } from 'node:zlib';
import test from 'ava';
import { pureEntries } from '../api/entries.js';
import { bundle, nodeGlobalsIn } from './bundle.js';

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(0)} kB`;

test('the pure entries are those of the design', (t) => {
  const folders = pureEntries.map(({ folder }) => folder);
  t.deepEqual(folders, ['protocol', 'drivers', 'emulator', 'network', 'network/arm', 'data', 'runtime']);
});

for (const { name, folder } of pureEntries) {
  test(`${name} is bundled for a browser and uses nothing of Node`, async (t) => {
    const code = `export * from '${name}';`;
    const { text, inputs } = await bundle({ code }, { minify: true });
    t.log(`${kilobytes(text.length)}, ${kilobytes(gzipSync(text).length)} compressed`);
    // A package may name modules of Node that bundlers are to leave empty; protobufjs does, for files that it never reads here.
    const empty = inputs.filter((input) => input.startsWith('(disabled):'));
    t.deepEqual(empty, folder === 'network' ? ['(disabled):fs'] : []);
    t.deepEqual(await nodeGlobalsIn(code), []);
  });
}

test('what is not used is left out', async (t) => {
  const code = "export { crc32 } from 'pcm-hil/protocol';";
  const { text } = await bundle({ code }, { minify: true });
  t.true(text.length < 1000, text);
});

test('a module of Node is found', async (t) => {
  for (const code of [
    "export * from 'node:fs';",
    "export * from 'fs';",
    "export const fs = import('node:fs');",
  ])
    await t.throwsAsync(bundle({ code }), { message: /Could not resolve "(node:)?fs"/ }, code);
});

test('a global of Node is found', async (t) => {
  for (const [code, found] of [
    ['export const bytes = Buffer.from([1]);', 'Buffer'],
    ['export const { env } = process;', 'process'],
    ['export const { env } = globalThis.process;', 'process'],
    ['setImmediate(() => undefined);', 'setImmediate'],
    ['export const fs = (name) => require(name);', 'require'],
    ['export default __dirname;', '__dirname'],
  ])
    t.deepEqual(await nodeGlobalsIn(code), [`${found} in <stdin>`], code);
  t.deepEqual(await nodeGlobalsIn('export const f = (process) => process.length;'), []);
  t.deepEqual(await nodeGlobalsIn('export const { setImmediate } = globalThis;'), []);
});
