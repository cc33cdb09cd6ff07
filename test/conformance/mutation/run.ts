// Runs the conformance checks on mutants of the emulated board's firmware (a sample, or all), and counts
// those they find.
// `node dist/test/conformance/mutation/run.js [--seed N] [--count N] [--all] [--only TEXT] [--jobs N]`
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runConformance } from '../../../conformance/index.js';
import { dialFor } from '../../../drivers/node/index.js';
import { Random } from '../../../network/numerics/random.js';
import { withoutEquivalents } from './equivalents.js';
import { type Mutation, mutated, mutationsOf } from './mutations.js';

/**
 * The parts that a board maker writes for a board: reading frames, the session, all refusals and the answers.
 */
const firmwareFiles = [
  'protocol/frames/frame-reader.js',
  'protocol/frames/frame.js',
  'emulator/firmware/firmware.js',
  'emulator/firmware/host.js',
  'emulator/firmware/session.js',
  'emulator/firmware/handlers.js',
  'emulator/firmware/refusals.js',
  'emulator/board/answers/crossbar.js',
  'emulator/board/answers/emulation.js',
  'emulator/board/answers/session.js',
  'emulator/board/emulated-board.js',
  'emulator/board/snapshot-transfer.js',
  'emulator/board/user-area.js',
];

const dist = fileURLToPath(new URL('../../../', import.meta.url));

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '40' },
    all: { type: 'boolean', default: false },
    /** Only mutants whose description contains this. */
    only: { type: 'string', default: '' },
    /** Boards that run at the same time; they mostly wait. */
    jobs: { type: 'string', default: '3' },
  },
});

/**
 * Milliseconds for each answer: far more than a busy machine takes, because a late answer counts as found.
 */
const PATIENCE = 3000;

function chosen(): Mutation[] {
  const every = withoutEquivalents(
    firmwareFiles.flatMap((file) => mutationsOf(file, readFileSync(join(dist, file), 'utf8'))),
  ).filter(({ description }) => description.includes(values.only));
  if (values.all) return every;
  const random = new Random(Number(values.seed));
  return random.sample(every.length, Math.min(Number(values.count), every.length)).map((i) => every[i]);
}

const DOES_NOT_START = 'It does not even start.';

/** Judges a board with a mutant: the judgement's complaint, or undefined. */
async function onBoard(
  mutation: Mutation,
  source: string,
  judgement: (url: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const path = join(dist, mutation.file);
  writeFileSync(source, mutated(readFileSync(path, 'utf8'), mutation));
  const board = spawn(process.execPath, [join(dist, 'test/conformance/mutation/board.js'), path, source], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  try {
    const url = await addressOf(board);
    return url ? await judgement(url) : DOES_NOT_START;
  } finally {
    board.kill('SIGKILL');
  }
}

/** The first complaint of the checks about a mutant; undefined if they pass. */
const complaint = (mutation: Mutation, source: string) =>
  onBoard(mutation, source, async (url) => {
    try {
      const report = await runConformance({
        ...{ dial: dialFor(url), token: 'secret', destructive: true, patience: PATIENCE, idle: 1200 },
        stopAtFailure: true,
      });
      const failed = report.checks.find(({ outcome }) => outcome === 'failed');
      return failed && `${failed.name}: ${failed.detail}`;
    } catch (error) {
      return `The checks cannot run: ${(error as Error).message}`;
    }
  });

/** The address that the board prints; undefined if the process ends first. */
async function addressOf({ stdout }: ChildProcess): Promise<string | undefined> {
  const said = await Promise.race([once(stdout!, 'data'), once(stdout!, 'close')]);
  return said[0] && String(said[0]).trim();
}

const folder = mkdtempSync(join(tmpdir(), 'pcm-mutants-'));
const sources = Array.from({ length: Number(values.jobs) }, (_, job) => join(folder, `${job}.js`));

const unchanged = (mutation: Mutation): Mutation => ({ ...mutation, start: 0, end: 0, replacement: '' });

/** If the unchanged firmware fails, for example because the machine is too slow, no result would count. */
async function expectUnchangedToPass(any: Mutation): Promise<void> {
  for (const reason of await Promise.all(sources.map((source) => complaint(unchanged(any), source)))) {
    if (reason !== undefined) throw new Error(`The firmware itself does not pass: ${reason}`);
  }
}

let found = 0;
let missed = 0;

async function judge(mutation: Mutation, source: string): Promise<void> {
  const reason = await complaint(mutation, source);
  // No board starts while, for example, the packages are being installed.
  if (
    reason === DOES_NOT_START &&
    (await onBoard(unchanged(mutation), source, () => Promise.resolve(undefined)))
  ) {
    throw new Error('The firmware itself does not start.');
  }
  if (reason === undefined) missed++;
  else found++;
  process.stdout.write(
    `${reason === undefined ? 'MISSED' : 'found '} ${mutation.description} (line ${mutation.line})\n`,
  );
  if (reason !== undefined && process.env.PCM_DEBUG) process.stdout.write(`         ${reason}\n`);
}

try {
  const mutants = chosen();
  if (mutants.length === 0) throw new Error('There is no such mutant.');
  await expectUnchangedToPass(mutants[0]);
  const queue = mutants.values();
  await Promise.all(
    sources.map(async (source) => {
      for (const mutation of queue) await judge(mutation, source);
    }),
  );
  await expectUnchangedToPass(mutants[0]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.stdout.write(`${found} passed, ${missed} failed\n`);
process.exit(missed > 0 ? 1 : 0);
