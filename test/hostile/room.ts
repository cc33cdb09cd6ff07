import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createEmulatedBoard, loadProfile } from '../../emulator/node/index.js';
import { argumentsOf, main } from './commands.js';
import { serve } from './hostile-server.js';
import { malices } from './malices.js';

/** Limits of every meeting; a busy machine needs more time. */
const MAX_SECONDS = Number(process.env.PCM_TEST_SECONDS ?? 30);
const MAX_MEBIBYTES = 400;

/** A malice and the command that meets it. */
export interface Meeting {
  readonly malice: string;
  readonly command: string;
}

/** How a command ended. */
export interface Ending extends Meeting {
  readonly code: number | null;
  readonly seconds: number;
  readonly mebibytes: number;
  readonly output: string;
  /** What is wrong with it; empty if nothing is. */
  readonly problems: string[];
}

/** Writes the maximum of the memory that a process had, in KiB, where the parent reads it. */
const hook = `data:text/javascript,${encodeURIComponent(
  "import { writeSync } from 'node:fs'; process.on('exit', () => { try { writeSync(3, process.resourceUsage().maxRSS + '\\n'); } catch {} });",
)}`;

function start(args: readonly string[], url: string): ChildProcess {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PCM_'));
  const env = { ...Object.fromEntries(kept), PCM_BOARD: url };
  const stdio = ['ignore', 'pipe', 'pipe', 'pipe'] as const;
  return spawn(process.execPath, ['--import', hook, main, ...args], { env, stdio: [...stdio] });
}

/** Control characters, but for the ends of lines; a progress bar needs a terminal, which there is none. */
// eslint-disable-next-line no-control-regex
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** A sentence that blames the board, or what is at its address, or the link to it. */
const blame = /\bboard\b|\blink\b|tcp:\/\/127\.0\.0\.1|npy is .*, it must be /i; // the last is of the size that it claims

function problemsOf(
  { code, seconds, mebibytes, output }: Omit<Ending, 'problems'>,
  met: boolean,
  harmless: boolean,
): string[] {
  const mustFail = met && !harmless;
  const found: [boolean, string][] = [
    // Without the malice it is the command's own work, which takes as long as it takes.
    [met && seconds > MAX_SECONDS, `took ${seconds.toFixed(1)} s`],
    [code === null, 'had to be ended'],
    [mustFail && code !== 1, `exit code ${code}, although it met the malice`],
    [mebibytes > MAX_MEBIBYTES, `took ${mebibytes.toFixed(0)} MiB`],
    [control.test(output), `control characters in ${JSON.stringify(output.slice(0, 400))}`],
    [/unexpectedly|^\s+at .*:\d+:\d+/m.test(output), 'failed unexpectedly'],
    [mustFail && !blame.test(output), 'does not blame the board'],
  ];
  return found.filter(([wrong]) => wrong).map(([, problem]) => problem);
}

/** Runs each meeting, several at a time, each against a malice of its own port. */
export async function meet(
  meetings: readonly Meeting[],
  parallel: number,
  onEnd: (ending: Ending) => void,
): Promise<void> {
  const left = [...meetings];
  await Promise.all(Array.from({ length: parallel }, () => work()));

  async function work(): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'pcm-hostile-'));
    const board = createEmulatedBoard({ profile: loadProfile('hermes-thermal'), seed: 1 });
    const args = await argumentsOf(folder);
    for (let next = left.shift(); next; next = left.shift()) onEnd(await end(next));
    board.close();
    rmSync(folder, { recursive: true });

    async function end(meeting: Meeting): Promise<Ending> {
      const malice = malices[meeting.malice];
      const server = await serve(malice, board);
      const began = performance.now();
      const child = start(args[meeting.command], server.url);
      const [stdout, stderr, memory] = child.stdio.slice(1).map((stream) => textOf(stream as Readable));
      const timer = setTimeout(() => child.kill('SIGKILL'), 4 * MAX_SECONDS * 1000);
      const [code] = (await once(child, 'close')) as [number | null];
      clearTimeout(timer);
      const seconds = (performance.now() - began) / 1000;
      await server.close();
      const output = stdout() + stderr();
      const mebibytes = Math.max(0, ...memory().trim().split('\n').map(Number)) / 1024;
      const ending = { ...meeting, code, seconds, mebibytes, output };
      return { ...ending, problems: problemsOf(ending, server.strikes > 0, malice.harmless === true) };
    }
  }
}

function textOf(stream: Readable): () => string {
  let text = '';
  stream.setEncoding('utf8').on('data', (piece: string) => (text += text.length < 2 ** 20 ? piece : ''));
  return () => text;
}
