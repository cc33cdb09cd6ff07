import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { Random } from '../../network/index.js';
import { type Finding, Fuzzer } from './fuzzer.js';
import { mutateBytes } from './mutate-bytes.js';
import { mutateJson } from './mutate-json.js';
import { regressions } from './regressions.js';
import { bytesOf, type Target } from './target.js';
import { targetNamed, targets } from './targets/targets.js';

for (const { name, seeds, read } of targets)
  test(`${name}: what our own writers write is read`, async (t) => {
    for (const seed of await seeds()) await t.notThrowsAsync(async () => read(Uint8Array.from(seed)));
  });

for (const { target, was, input } of regressions)
  test(`${target}: not again: ${was}`, async (t) => {
    const { read, refusals } = targetNamed(target);
    try {
      await read(Buffer.from(input, 'base64'));
    } catch (error) {
      t.true(
        refusals.some((refusal) => error instanceof refusal),
        String(error),
      );
    }
    t.pass();
  });

/** Fuzzes a target of the test's own, in this process. */
async function findingsOf(target: Partial<Target>, inputs: number): Promise<Finding[]> {
  const findings: Finding[] = [];
  const journal = join(mkdtempSync(join(tmpdir(), 'pcm-fuzzer-')), 'current');
  const whole = {
    name: 'own',
    reads: '',
    refusals: [RangeError],
    seeds: () => [bytesOf('AAAA')],
    read: () => 0,
  };
  const fuzzer = new Fuzzer({ ...whole, ...target }, 1, journal, (finding) => findings.push(finding));
  await fuzzer.run(() => fuzzer.counts.inputs >= inputs, []);
  return findings;
}

test('a documented error is no finding, any other is one, once, in its shortest form', async (t) => {
  const read = (input: Uint8Array) => {
    if (input.length === 0) throw new RangeError('documented');
    if (input.includes(0xff)) throw new TypeError('not documented');
  };
  const findings = await findingsOf({ read }, 3000);
  t.is(findings.length, 1);
  t.regex(findings[0].error, /TypeError: not documented/);
  t.deepEqual([...findings[0].input], [0xff]);
});

test('mutations come again from their seed, and keep JSON what it is', (t) => {
  const value = { a: [1, { b: 'text' }], c: null };
  const [first, second] = [1, 1].map((seed) => {
    const random = new Random(seed);
    return Array.from({ length: 500 }, () => [
      mutateJson(value, random),
      mutateBytes(bytesOf('abcdef'), random),
    ]);
  });
  t.deepEqual(first, second);
  t.deepEqual(value, { a: [1, { b: 'text' }], c: null });
  t.true(new Set(first.map((one) => JSON.stringify(one))).size > 450);
});

test('the command lists the targets and refuses others', async (t) => {
  const run = (argument: string) =>
    new Promise<{ code: number; output: string }>((resolve) => {
      const program = join(import.meta.dirname, 'run.js');
      execFile(process.execPath, [program, argument], (error, out, err) =>
        resolve({ code: Number(error?.code ?? 0), output: out + err }),
      );
    });
  const { output } = await run('--list');
  t.is(output.trim().split('\n').length, targets.length);
  const { code, output: refused } = await run('nothing');
  t.is(code, 2);
  t.regex(refused, /There is no target 'nothing'/);
});
