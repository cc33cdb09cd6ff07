import { once } from 'node:events';
import { join } from 'node:path';
import { openBoard } from '../../boards/index.js';
import { type Board, LinkError } from '../../drivers/index.js';
import { Random } from '../../network/index.js';
import { wait } from '../../protocol/index.js';
import { DeviceLearner, ensureFlashed, flash, refresh } from '../../runtime/index.js';
import { Emulator } from '../cli/rig.js';
import type { KillReport } from './killed-commands.js';
import type { Materials } from './materials.js';
import { checkHolds, claimsToHold, FalseClaim } from './truth.js';

/** Milliseconds of work within which an emulator is killed. */
const MAX_LIFE = 150;
/** Place of a counter in the user area, behind the record of hosts. */
const COUNTER_OFFSET = 32_768;

/**
 * Kills `pcm emulate` at random moments, as `kill -9` does, while a host flashes, refreshes, learns and writes. After
 * each kill it is started again from its state file: nothing acknowledged may be lost, a record that calls the model
 * whole is held against the chip, and the next work goes on.
 */
export async function killEmulator(
  { kills, seed }: { kills: number; seed: number },
  { folder, profilePath, model }: Materials,
): Promise<KillReport> {
  const random = new Random(seed);
  const state = join(folder, 'emulator.pcm');
  const report: KillReport = { kills: 0, ended: 0, failures: [] };
  const counter = { sent: 0, acknowledged: 0 };
  while (report.kills < kills && report.failures.length < 10) {
    const emulator = await Emulator.start('--profile', profilePath, '--state', state);
    try {
      const host = await openBoard(emulator.url, { redials: 0 });
      await checkCounter(host, counter);
      if (await claimsToHold(host, model)) await checkHolds(host, model);
      const killed = wait(MAX_LIFE * random.uniform()).then(() => emulator.stop('SIGKILL'));
      report.ended += await workUntilLost(host, random, counter, model);
      await killed;
      report.kills++;
    } catch (error) {
      report.failures.push(`emulator, after ${report.kills} kills with seed ${seed}: ${String(error)}`);
      emulator.process.kill('SIGKILL');
      if (emulator.process.exitCode === null && emulator.process.signalCode === null)
        await once(emulator.process, 'exit');
    }
  }
  return report;
}

/** Works with a board until its link is lost; returns how many works were done to their end. */
async function workUntilLost(
  host: Board,
  random: Random,
  counter: { sent: number; acknowledged: number },
  model: Parameters<typeof flash>[1],
): Promise<number> {
  for (let done = 0; ; done++) {
    try {
      await oneWork(host, random, counter, model);
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      await host.close();
      return done;
    }
  }
}

async function oneWork(
  host: Board,
  random: Random,
  counter: { sent: number; acknowledged: number },
  model: Parameters<typeof flash>[1],
): Promise<void> {
  switch (random.below(5)) {
    case 0:
      await flash(host, model);
      return checkHolds(host, model);
    case 1:
      await ensureFlashed(host, model);
      await refresh(host, model);
      return checkHolds(host, model);
    case 2: {
      await ensureFlashed(host, model);
      const learner = await DeviceLearner.open(host, model);
      return learner.forget();
    }
    case 3:
      await host.restore(await host.snapshot());
      return;
    default:
      counter.sent++;
      await host.writeUserData(COUNTER_OFFSET, Uint8Array.from(bytesOf(counter.sent)));
      counter.acknowledged = counter.sent;
  }
}

/** What was acknowledged is there. Errors: `FalseClaim`. */
async function checkCounter(host: Board, counter: { sent: number; acknowledged: number }): Promise<void> {
  const bytes = await host.readUserData(COUNTER_OFFSET, 4);
  const found = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  if (found < counter.acknowledged || found > counter.sent)
    throw new FalseClaim(`${counter.acknowledged} was acknowledged, ${found} was found.`);
  counter.acknowledged = counter.sent = found;
}

const bytesOf = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);
