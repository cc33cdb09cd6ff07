import { join } from 'node:path';
import type { Board } from '../../drivers/index.js';
import { Random } from '../../network/index.js';
import { finished, pcm, start } from '../cli/rig.js';
import type { Materials } from './materials.js';
import { checkHolds, claimsToHold, FalseClaim } from './truth.js';
import { WatchedBoard } from './watched-board.js';

/** Kills after which a command runs to its end. */
const KILLS_PER_CHECK = 5;

const episodes = ['--ways', '2', '--shots', '1', '--queries', '2'];

/** The commands that are killed, and what they are given. */
export const commands: Record<string, (materials: Materials) => string[]> = {
  flash: ({ modelPath }) => ['flash', modelPath],
  refresh: ({ modelPath }) => ['refresh', modelPath],
  learn: ({ modelPath, data }) => ['learn', modelPath, '--data', data, '--tasks', '2', ...episodes],
  calibrate: () => ['calibrate'],
  arm: ({ armPath }) => ['arm', armPath, '--trajectories', '2'],
  drift: ({ modelPath, data }) => [
    ...['drift', modelPath, '--data', data, '--no-calibrate', '--tasks', '1', ...episodes],
    ...['--times', '0s,1d', '--methods', 'none,global', '--budget', '16'],
  ],
};

/** How many kills, and from which seed their moments are drawn. */
export interface KillOptions {
  kills: number;
  seed: number;
  onKill(kills: number, failures: number): void;
}

/** What came of the kills of one command. */
export interface KillReport {
  kills: number;
  /** Times that the command ended before it was killed, or was left to end. */
  ended: number;
  failures: string[];
}

/**
 * Kills a command at random moments, as `kill -9` does, while it works with a board over TCP that has a state
 * file. After each kill, a record that calls the model whole is held against the chip; now and then the
 * command is left to end, which must succeed with the answer of an undisturbed board, and leave a sound
 * model.
 */
export async function killCommand(
  name: string,
  { kills, seed, onKill }: KillOptions,
  materials: Materials,
): Promise<KillReport> {
  const random = new Random(seed);
  const state = join(materials.folder, `${name}.pcm`);
  const watched = await WatchedBoard.start({ profile: materials.profile, state, random });
  const victim = new Victim(name, watched, materials);
  const report: KillReport = { kills: 0, ended: 0, failures: [] };
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      report.failures.push(`${name}, after ${report.kills} kills with seed ${seed}: ${String(error)}`);
    }
  };
  await victim.prepare();
  while (report.kills < kills && report.failures.length < 10) {
    let wasKilled = false;
    await attempt(async () => void (wasKilled = await victim.kill()));
    if (wasKilled) report.kills++;
    else report.ended++;
    await attempt(() => victim.checkClaim());
    if (wasKilled) onKill(report.kills, report.failures.length);
    if (wasKilled && report.kills % KILLS_PER_CHECK === 0) {
      report.ended++;
      await attempt(() => victim.checkEnd());
    }
  }
  await watched.close();
  return report;
}

/** A command on a board. */
class Victim {
  readonly #args: string[];
  /** What the command prints on an undisturbed board. */
  #expected = '';
  /** Pieces of bytes that it sends to its end. */
  #pieces = 0;
  /** Pulses of all devices before it began. */
  #before: string = '';

  constructor(
    readonly name: string,
    readonly watched: WatchedBoard,
    readonly materials: Materials,
  ) {
    this.#args = [...commands[name](materials), '--board', watched.url, '--json'];
  }

  /** Flashes the board, and runs the command once undisturbed. */
  async prepare(): Promise<void> {
    if (this.name !== 'arm')
      await succeeded(['flash', this.materials.modelPath, '--board', this.watched.url]);
    await this.#disturb();
    const { pieces } = this.watched;
    this.#expected = stable(await succeeded(this.#args));
    this.#pieces = this.watched.pieces - pieces;
  }

  /** Starts the command and kills it on the way; returns false if it ended before. */
  async kill(): Promise<boolean> {
    await this.#disturb();
    const child = start(this.#args);
    this.watched.strikeAfter(1 + this.watched.random.below(this.#pieces), () => child.kill('SIGKILL'));
    const { code, stderr } = await finished(child);
    if (code !== null && code !== 0)
      throw new FalseClaim(`pcm ${this.name} ended with ${code}: ${stderr.trim()}`);
    return code === null;
  }

  /** If the record calls the model whole, and the command has changed the chip, then it must be whole. */
  async checkClaim(): Promise<void> {
    if (this.name === 'arm' || this.#pulses() === this.#before) return;
    const host = await this.watched.host();
    try {
      if (await claimsToHold(host, this.materials.model)) await checkHolds(host, this.materials.model);
    } finally {
      await host.close();
    }
  }

  /** The command goes on and ends well, with the answer of an undisturbed board. */
  async checkEnd(): Promise<void> {
    const { modelPath } = this.materials;
    const found = stable(await succeeded(this.#args));
    if (this.name !== 'refresh' && this.name !== 'calibrate' && found !== this.#expected)
      throw new FalseClaim(`pcm ${this.name} now says ${found}, on an undisturbed board ${this.#expected}.`);
    if (this.name === 'arm') return;
    // What an interrupted calibration has left, the next command makes good that uses the model.
    if (this.name === 'calibrate')
      await succeeded([...commands.learn(this.materials), '--board', this.watched.url]);
    await succeeded(['verify', modelPath, '--board', this.watched.url]);
    const host = await this.watched.host();
    await checkHolds(host, this.materials.model).finally(() => host.close());
  }

  /** Gives a refresh or a new flash something to do. */
  async #disturb(): Promise<void> {
    if (this.name === 'refresh' || this.name === 'flash') {
      const host = await this.watched.host();
      if (this.name === 'refresh') await this.#hurtSome(host);
      // One that was interrupted goes on with what is there.
      else if (await claimsToHold(host, this.materials.model)) await erase(host);
      await host.close();
    }
    this.#before = this.#pulses();
  }

  async #hurtSome(host: Board): Promise<void> {
    const { random } = this.watched;
    const columns = Uint16Array.from({ length: 5 }, (_, column) => column);
    const rows = columns.map(() => random.below(18));
    const targets = new Uint16Array(10).fill(9000);
    for (const core of [0, 1]) await host.programCells(core, { rows, columns, targets });
  }

  #pulses(): string {
    const { chip, profile } = this.watched.board;
    return Array.from({ length: profile.cores }, (_, core) => chip.state(core).pulses.join()).join(';');
  }
}

/** All conductances become zero; the record stays as it is. */
async function erase(host: Board): Promise<void> {
  const { cores, rows, columns } = host.information;
  for (let core = 0; core < cores; core++)
    await host.program(
      core,
      { rowStart: 0, rows, columnStart: 0, columns },
      new Uint16Array(2 * rows * columns),
    );
}

/** Output of `pcm`. Errors: `FalseClaim` unless it succeeds. */
async function succeeded(args: string[]): Promise<string> {
  const { code, stdout, stderr } = await pcm(...args);
  if (code !== 0) throw new FalseClaim(`pcm ${args.join(' ')} ended with ${code}: ${stderr.trim()}`);
  return stdout;
}

/** The part of a command's JSON that a kill before it must not change. */
function stable(json: string): string {
  const result = JSON.parse(json) as Record<string, unknown>;
  const changing = /seconds|resumed|iterations|^board$|^at$|clock|multiplications|devicesUpdated/i;
  return JSON.stringify(result, (key, value: unknown) => (changing.test(key) ? undefined : value));
}
