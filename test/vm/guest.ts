import { bundledModels } from '../../network/node/index.js';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PNG } from 'pngjs';
import { drawStrokes } from '../../data/index.js';

// Runs programs in the virtual machine, and plugs the emulated device in and out.

const run = promisify(execFile);
const cli = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
export const model = bundledModels.omniglot;

/** Addresses of the board. */
export const USB = 'usb:1209:0001';
export const SERIAL = 'serial:/dev/ttyACM0';

export const usbip = async (...args: string[]): Promise<string> =>
  (await run('/usr/sbin/usbip', args)).stdout;

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs `pcm`; `onOutput` gets the text of both streams as it comes. */
export function pcm(
  args: readonly string[],
  options: { uid?: number; onOutput?: (text: string) => void } = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [cli, ...args], { uid: options.uid });
  programs.add(child);
  const outcome = { code: 0, stdout: '', stderr: '' };
  const collect = (stream: 'stdout' | 'stderr') =>
    child[stream].on('data', (bytes: Buffer) => {
      outcome[stream] += bytes.toString();
      options.onOutput?.(bytes.toString());
    });
  collect('stdout');
  collect('stderr');
  return new Promise((resolve) =>
    child.on('close', (code) => {
      programs.delete(child);
      resolve({ ...outcome, code: code ?? -1 });
    }),
  );
}

/** Running processes of `pcm`. */
const programs = new Set<ChildProcess>();

/** Kills all running processes of `pcm`. */
export function endPrograms(): void {
  for (const child of programs) child.kill('SIGKILL');
}

/** Runs `pcm` with --json. Errors: if it fails, with its stderr. */
export async function pcmJson<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await pcm([...args, '--json']);
  if (code !== 0) throw new Error(`pcm ${args.join(' ')} left with ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}

/** Starts an emulator with an endpoint for USB/IP; resolves when it listens. */
export async function startEmulator(...args: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [cli, 'emulate', '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes('"usb:')) break;
  }
  return child;
}

/** Plugs in the device at the default port of USB/IP, and waits for its serial port. */
export async function plugIn(): Promise<void> {
  await usbip('attach', '-r', '127.0.0.1', '-b', '1-1');
  await until('the serial port is there', () => existsSync('/dev/ttyACM0'));
}

/** Unplugs the device if it is plugged in. */
export async function plugOut(): Promise<void> {
  if (!existsSync('/dev/ttyACM0')) return;
  await usbip('detach', '-p', '0');
  await until('the serial port is gone', () => !existsSync('/dev/ttyACM0'));
}

export async function until(what: string, condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    if (tries > 300) throw new Error(`waited for 30 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A folder of invented drawings in Omniglot's layout. */
export function drawingsFolder(): string {
  const folder = '/tmp/drawings';
  for (const { name, drawings } of drawStrokes({ classes: 6, drawings: 6, seed: 1 })) {
    const place = join(
      folder,
      'Invented',
      name.replace(/ (\d+)$/, (_, number: string) => number.padStart(2, '0')),
    );
    mkdirSync(place, { recursive: true });
    drawings.forEach((drawing, i) => {
      const side = Math.sqrt(drawing.length);
      const png = new PNG({ width: side, height: side });
      drawing.forEach((ink, at) =>
        png.data.set([...new Array<number>(3).fill(255 * (1 - ink)), 255], 4 * at),
      );
      writeFileSync(join(place, `${i}.png`), PNG.sync.write(png));
    });
  }
  return folder;
}
