import { readFileSync } from 'node:fs';
import test from 'ava';
import { encodeFrame, type Frame, FrameReader } from '../../../protocol/index.js';
import { withDumps, workedFrames } from './porting-guide.js';

const guide = readFileSync('docs/porting.md', 'utf8');

/** The bytes of a dump: two hexadecimal digits each, before the text of a line. */
const bytesOf = (dump: string): Uint8Array =>
  Uint8Array.from(
    dump.split('\n').flatMap((line) => /^(?:[0-9a-f]{2}(?: |$))+/.exec(line)?.[0].trim().split(' ') ?? []),
    (byte) => Number.parseInt(byte, 16),
  );

test('the dumps of docs/porting.md are made from the declarations and an emulated board', async (t) => {
  t.is(guide, await withDumps(guide), 'docs/porting.md is stale: run npm run docs');
});

test('and their bytes are frames with good checksums, as a board maker would type them in', async (t) => {
  const frames = await workedFrames();
  const dumps = [...guide.matchAll(/<!-- dump ([\w-]+) -->\n\n```text\n([^`]*)```/g)];
  t.deepEqual(dumps.map(([, name]) => name).sort(), Object.keys(frames).sort());
  for (const [, name, dump] of dumps) {
    const read: Frame[] = [];
    const reader = new FrameReader({
      maxPayload: 4096,
      onFrame: (frame) => read.push(frame),
      onDamage: () => t.fail(name),
    });
    const bytes = bytesOf(dump);
    reader.push(bytes);
    t.deepEqual(read, [frames[name]], name);
    t.deepEqual(bytes, encodeFrame(frames[name]), name);
  }
});
