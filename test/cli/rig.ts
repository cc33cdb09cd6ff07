import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { bundledModels } from '../../network/node/index.js';

export const main = fileURLToPath(new URL('../../cli/main.js', import.meta.url));

/** Root of the package, in which the commands run. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));
export const bundledModel = bundledModels.omniglot;

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'pcm-cli-'));

export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts `pcm` in its own process, without the user's PCM_ variables; `env` adds to those that are left. */
export function start(
  args: readonly string[],
  { env: added = {}, ...options }: SpawnOptions = {},
): ChildProcess {
  const kept = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PCM_')));
  return spawn(process.execPath, [main, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
    env: { ...kept, ...added },
  });
}

let running = Promise.resolve();

/** Runs `pcm` to its end. Runs queue up, for the sake of small machines. */
export function pcm(...args: string[]): Promise<Run> {
  const run = running.then(() => finished(start(args)));
  running = run.then(() => undefined);
  return run;
}

export async function finished(child: ChildProcess): Promise<Run> {
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => (output[name] += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...output };
}

/**
 * Checks that a run ended with the code and one sentence on stderr that says what is wrong, with nothing on
 * stdout.
 */
export function refused(t: ExecutionContext, run: Run, code: number, sentence: RegExp): void {
  t.is(run.code, code, run.stderr);
  t.regex(run.stderr, sentence);
  t.regex(run.stderr, /^[^\n]+\.\n$/, 'not one sentence');
  t.notRegex(run.stderr, /unexpectedly/);
  t.is(run.stdout, '');
}

/** Runs `pcm ... --json` and parses its output, which must be one document. Errors: if it failed. */
export async function pcmJson(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await pcm(...args, '--json');
  if (code !== 0) throw new Error(`pcm ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** An emulator in its own process. */
export class Emulator {
  private constructor(
    readonly url: string,
    readonly process: ChildProcess,
  ) {}

  static start(...args: string[]): Promise<Emulator> {
    return Emulator.startWith({}, ...args);
  }

  static async startWith(options: SpawnOptions, ...args: string[]): Promise<Emulator> {
    const child = start(['emulate', '--tcp', '127.0.0.1:0', '--json', ...args], options);
    const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
    const { event, board } = JSON.parse(line) as { event: string; board: string };
    if (event !== 'listening') throw new Error(`The emulator said ${line}.`);
    return new Emulator(board, child);
  }

  /** Stops it, by default like Ctrl-C; returns its exit code. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    const closed = once(this.process, 'close');
    this.process.kill(signal);
    return ((await closed) as [number | null])[0];
  }
}

/** A result without its times and the board's address, which differ between runs. */
export function withoutSeconds(result: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(result).filter(([name]) => !/^(seconds|board$)/.test(name)));
}
