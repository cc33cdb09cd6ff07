import { once } from 'node:events';
import { join } from 'node:path';
import { openBoard } from '../../boards/index.js';
import { type Board, LinkError } from '../../drivers/index.js';
import { Random } from '../../network/index.js';
import { wait } from '../../protocol/index.js';
import { DeviceLearner, ensureFlashed, flash, refresh } from '../../runtime/index.js';
import { Emulator } from '../cli/rig.js';
import type { KillOptions, KillReport } from './killed-commands.js';
import type { Materials } from './materials.js';
import { checkHolds, claimsToHold, FalseClaim } from './truth.js';

/** Requests within which an emulator is killed, and milliseconds after the last of them. */
const MAX_REQUESTS = 100;
const MAX_DELAY = 3;
/** Place of a counter in the user area, behind the record of hosts. */
const COUNTER_OFFSET = 32_768;

/**
 * Kills `pcm emulate` at random moments, as `kill -9` does, while a host flashes, refreshes, learns and
 * writes. After each kill it is started again from its state file: nothing acknowledged may be lost, a record
 * that calls the model whole is held against the chip, and the next work goes on.
 */
export async function killEmulator(
  { kills, seed, onKill }: KillOptions,
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
      const killed = afterRequests(host, 1 + random.below(MAX_REQUESTS), async () => {
        await wait(MAX_DELAY * random.uniform());
        await emulator.stop('SIGKILL');
      });
      report.ended += await workUntilLost(host, random, counter, model);
      await killed;
      report.kills++;
      onKill(report.kills, report.failures.length);
    } catch (error) {
      report.failures.push(`emulator, after ${report.kills} kills with seed ${seed}: ${String(error)}`);
      emulator.process.kill('SIGKILL');
      if (emulator.process.exitCode === null && emulator.process.signalCode === null)
        await once(emulator.process, 'exit');
    }
  }
  return report;
}

/** Does something as soon as a host has made so many more requests. */
function afterRequests(host: Board, count: number, act: () => Promise<void>): Promise<void> {
  const { connection } = host;
  const request = connection.request.bind(connection);
  return new Promise((resolve, reject) => {
    connection.request = (...asked) => {
      if (--count === 0) act().then(resolve, reject);
      return request(...asked);
    };
  });
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
