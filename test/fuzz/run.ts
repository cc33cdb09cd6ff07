// Fuzzes the readers of everything that comes from outside: `npm run fuzz -- [TARGET...] [--seconds N] [--seed N]`.
// `--list` lists the targets; `--input FILE` reads one input again, as a finding names it.
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Counts, Fuzzer, limits } from './fuzzer.js';
import { regressions } from './regressions.js';
import { targetNamed, targets } from './targets/targets.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    list: { type: 'boolean' },
    input: { type: 'string' },
    /** For the program's own use: this process does the work. */
    child: { type: 'boolean' },
  },
});
const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
const FOLDER = 'out/fuzz';
const journalOf = (target: { name: string }) => join(FOLDER, `${target.name}.current`);

let chosen = targets;
try {
  if (positionals.length > 0) chosen = positionals.map(targetNamed);
} catch (error) {
  console.error((error as Error).message);
  process.exit(2);
}

if (values.list) for (const { name, reads } of targets) console.log(`${name.padEnd(16)} ${reads}`);
else if (values.input !== undefined) await repeat(values.input);
else if (values.child) await work();
else await runAll();

/** Reads one input, in this process; an error shows with its stack. */
async function repeat(file: string): Promise<void> {
  const [{ read, refusals }] = chosen;
  try {
    console.log('It is read:', await read(readFileSync(file)));
  } catch (error) {
    if (!refusals.some((refusal) => error instanceof refusal)) throw error;
    console.log(`It is refused: ${String(error)}`);
  }
}

/** Fuzzes in this process, and tells the parent. */
async function work(): Promise<void> {
  const [target] = chosen;
  process.on('disconnect', () => process.exit());
  const fuzzer = new Fuzzer(target, seed, journalOf(target), ({ input, error }) =>
    process.send!({ input: Buffer.from(input).toString('base64'), error }),
  );
  const first = regressions.filter(({ target: name }) => name === target.name);
  const end = performance.now() + 1000 * seconds;
  try {
    await fuzzer.run(
      () => performance.now() > end,
      first.map(({ input }) => Buffer.from(input, 'base64')),
    );
  } catch (error) {
    console.error('The fuzzer itself failed:', error);
    process.exit(1);
  }
  process.send!({ counts: fuzzer.counts }, () => process.exit());
}

async function runAll(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  let failed = 0;
  for (const target of chosen) {
    const { counts, findings } = await fuzz(target.name);
    console.log(
      `${target.name}: ${counts.inputs} inputs, ${counts.kept} reached new code, ${findings} findings`,
    );
    if (findings > 0) failed++;
  }
  console.log(`${chosen.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

/** Fuzzes one target in processes of its own: a crash or an endless loop ends only one of them. */
async function fuzz(name: string): Promise<{ counts: Counts; findings: number }> {
  const end = performance.now() + 1000 * seconds;
  const total = { inputs: 0, kept: 0 };
  let findings = 0;
  const found = (input: Uint8Array, error: string) => {
    findings++;
    report(name, input, error);
  };
  for (let start = 0; start === 0 || (performance.now() < end && start < 20); start++) {
    const left = Math.max(1, (end - performance.now()) / 1000);
    const { counts, death } = await runChild(name, [`${left}`, `${seed + 1000 * start}`], found);
    total.inputs += counts?.inputs ?? 0;
    total.kept += counts?.kept ?? 0;
    if (death === undefined) break;
    found(readFileSync(journalOf({ name })), death);
  }
  return { counts: total, findings };
}

type Message = { input: string; error: string } | { counts: Counts };

/** `death`: how the process ended, if it did not by itself. */
function runChild(
  name: string,
  [seconds, seed]: string[],
  found: (input: Uint8Array, error: string) => void,
): Promise<{ counts?: Counts; death?: string }> {
  const journal = journalOf({ name });
  writeFileSync(journal, '');
  const child = fork(
    fileURLToPath(import.meta.url),
    [name, '--child', '--seconds', seconds, '--seed', seed],
    {
      execArgv: ['--max-old-space-size=768'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  let counts: Counts | undefined;
  let hangs = false;
  child.on('message', (message: Message) => {
    if ('counts' in message) counts = message.counts;
    else found(Buffer.from(message.input, 'base64'), message.error);
  });
  const watch = setInterval(() => {
    hangs = Date.now() - statSync(journal).mtimeMs > 4 * limits.milliseconds;
    if (hangs) child.kill('SIGKILL');
  }, 1000);
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearInterval(watch);
      const death = hangs ? 'It does not end.' : `The process ends with ${signal ?? `exit code ${code}`}.`;
      resolve(counts ? { counts } : { death });
    });
  });
}

function report(name: string, input: Uint8Array, error: string): void {
  const file = join(FOLDER, `${name}-${createHash('sha256').update(input).digest('hex').slice(0, 8)}`);
  writeFileSync(file, input);
  console.error(`${name}: ${error}\n  again: npm run fuzz -- ${name} --input ${file}`);
  if (input.length <= 300) console.error(`  input in base64: ${Buffer.from(input).toString('base64')}`);
}
