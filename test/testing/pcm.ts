import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

const path = fileURLToPath(new URL('../../cli/main.js', import.meta.url));

function start(args: readonly string[]): { child: ChildProcess; ended: Promise<Ended>; output: Ended } {
  const child = spawn(process.execPath, [path, ...args], { env: { ...process.env, PCM_BOARD: undefined } });
  const output: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (text: Buffer) => (output.stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (output.stderr += text.toString()));
  const ended = once(child, 'close').then(([code]) => Object.assign(output, { code: code as number | null }));
  return { child, ended, output };
}

/** Runs `pcm` to its end. */
export const pcm = Object.assign((args: readonly string[]): Promise<Ended> => start(args).ended, { path });

/** Starts `pcm emulate ... --json` and waits until it answers. */
export async function pcmServer(
  args: readonly string[],
): Promise<{ url: string; ended: Promise<Ended>; stop(): void }> {
  const { child, ended, output } = start(args);
  while (!output.stdout.includes('\n')) {
    const alive = await Promise.race([once(child.stdout!, 'data').then(() => true), ended.then(() => false)]);
    if (!alive) throw new Error(output.stderr);
  }
  const { board } = JSON.parse(output.stdout.split('\n')[0]) as { board: string };
  return { url: board, ended, stop: () => child.kill('SIGTERM') };
}
