import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { SnapshotError } from '../../../../emulator/chip/memory/image-declaration.js';
import { StateError } from '../../../../emulator/index.js';
import { createEmulatedBoard } from '../../../../emulator/node/index.js';
import { integers, profileWith } from '../../chip/helpers.js';

const path = join(mkdtempSync(join(tmpdir(), 'pcm-crafted-')), 'chip.pcm');
const profile = profileWith('hermes', { rows: 6, columns: 5 });
const open = () => createEmulatedBoard({ profile, seed: 4, state: path }).close();

open();
const whole = new Uint8Array(readFileSync(path));
const MAGIC = 8;

const withMagic = (...parts: Uint8Array[]) => Buffer.concat([whole.subarray(0, MAGIC), ...parts]);
const patched = (at: number, value: number) => {
  const bytes = Uint8Array.from(whole);
  new DataView(bytes.buffer).setUint32(at, value, true);
  return bytes;
};

/** Opens each content, which must end in a sentence and leave the file as it was. */
function refusedAll(contents: Readonly<Record<string, Uint8Array>>, t: ExecutionContext): void {
  for (const [name, content] of Object.entries(contents)) {
    writeFileSync(path, content);
    const error = t.throws(open, undefined, name);
    t.true(error instanceof StateError || error instanceof SnapshotError, `${name}: ${error?.stack}`);
    t.regex(error!.message, /^[A-Z/][^\n]*\.$/, name);
    t.true(readFileSync(path).equals(content), name);
  }
}

test.serial(
  'bytes that are no state file, a file cut short, other versions and wrong lengths end in a sentence',
  (t) => {
    const random = integers(256);
    const noise = Uint8Array.from({ length: 5000 }, () => random.next().value!);
    refusedAll(
      {
        empty: new Uint8Array(0),
        noise,
        'noise behind the magic': withMagic(noise),
        'magic alone': withMagic(),
        'another version': Uint8Array.from(whole, (byte, at) => (at === 7 ? 0x39 : byte)),
        'half a snapshot': whole.subarray(0, 300),
        'a length of 4 GiB': patched(12, 0xffff_ffff),
        'a length of 0': patched(12, 0),
        'a kind that is none': patched(8, 77),
      },
      t,
    );
  },
);

test.serial('a file made to look like records everywhere is refused within seconds', (t) => {
  const words = new Uint32Array(2 ** 21).fill(1);
  for (let i = 1; i < words.length; i += 2) words[i] = 2 ** 22;
  refusedAll({ 'records everywhere': withMagic(new Uint8Array(words.buffer)) }, t);
});
