import { type Board, LinkError } from '../../drivers/index.js';
import { Random } from '../../network/index.js';
import { Refusal } from '../../protocol/index.js';
import { ContendedWorkload } from './workloads/contended-workload.js';
import { LearningWorkload } from './workloads/learning-workload.js';
import { BrokenPromise } from './world/oracle.js';
import { RawWorkload } from './workloads/raw-workload.js';
import { noFaults } from './world/virtual-network.js';
import type { Workload } from './workloads/workload.js';
import { type Swarm, World } from './world/world.js';

/** What a run did. */
export interface SimulationReport {
  seed: number;
  requests: number;
  powerCuts: number;
  faults: Record<string, number>;
  /** Virtual time, in seconds. */
  seconds: number;
}

export interface SimulationOptions {
  seed: number;
  /** Ends after so many requests. */
  requests: number;
  /** Power cuts for each of a usual mix; 1 if left out. */
  powerCuts?: number;
}

/**
 * Milliseconds of virtual time that an action may take: after 20 s of silence a host gives up, and then dials
 * again.
 */
const ACTION_LIMIT = 10 * 60_000;

/** What hosts do in the runs, by the remainder of the seed, and whether two of them want the board. */
const kinds = [
  { kind: LearningWorkload, isContended: false },
  { kind: RawWorkload, isContended: false },
  { kind: RawWorkload, isContended: true },
  { kind: RawWorkload, isContended: false },
  { kind: LearningWorkload, isContended: true },
  { kind: RawWorkload, isContended: false },
  { kind: RawWorkload, isContended: true },
  { kind: RawWorkload, isContended: false },
];

/** A mix of faults of its own for each seed: some kinds are left out, the others are rare or frequent. */
function drawSwarm(random: Random): Swarm {
  const rate = (maximum: number) => (random.below(2) === 0 ? 0 : maximum * random.uniform() ** 2);
  return {
    faults: {
      ...noFaults,
      drop: rate(0.1),
      damage: rate(0.1),
      repeat: rate(0.2),
      reorder: rate(0.1),
      split: rate(0.5),
      disconnect: rate(0.02),
      partition: rate(0.002),
      latency: 0.1 + 5 * random.uniform() ** 2,
    },
    powerCuts: rate(0.5),
    fullDisk: rate(0.2),
    bitFlips: rate(0.5),
    openToAnyone: random.below(2) === 0,
  };
}

/** Whether a mix leaves no reason to give up: too few bytes are lost for seven tries in a row to fail. */
function isGentle({ faults, powerCuts, fullDisk }: Swarm): boolean {
  const { drop, damage, reorder, disconnect, partition } = faults;
  return drop + damage + reorder < 0.05 && disconnect + partition + powerCuts + fullDisk === 0;
}

/**
 * Runs hosts against a board with faults of every kind, and checks all the time. Errors: `BrokenPromise`,
 * `StuckError`.
 */
export async function simulate(options: SimulationOptions): Promise<SimulationReport> {
  const { seed, requests, powerCuts = 1 } = options;
  const swarm = drawSwarm(new Random(seed, 1));
  swarm.powerCuts *= powerCuts;
  const { kind, isContended } = kinds[seed % kinds.length];
  const world = new World(seed, kind.profile, swarm);
  const work = new kind(world);
  const workload: Workload = isContended ? new ContendedWorkload(world, work) : work;
  let host: Board | undefined;
  while (world.requests < requests) {
    host ??= await opened(world);
    if (!host) continue;
    world.threatenPower();
    const sound = await world.run(workload.act(host), ACTION_LIMIT);
    if (!sound && isGentle(swarm)) throw new BrokenPromise('A host gave up on a board that works.');
    const restart = !sound || world.random.below(200) === 0;
    if (restart) {
      await world.run(host.close(), ACTION_LIMIT);
      host = undefined;
      workload.forgetHost();
    }
    await world.run(world.settled(), ACTION_LIMIT);
    workload.check();
  }
  if (host) await world.run(host.close(), ACTION_LIMIT);
  return {
    seed,
    requests: world.requests,
    powerCuts: world.disk.counts.cuts,
    faults: { ...world.network.counts, full: world.disk.counts.full, flips: world.disk.counts.flips },
    seconds: world.time.now() / 1000,
  };
}

/** Opens a host; undefined where the board could not be reached. */
async function opened(world: World): Promise<Board | undefined> {
  try {
    return await world.run(
      world.openHost(() => world.breaks++),
      ACTION_LIMIT,
    );
  } catch (error) {
    if (error instanceof LinkError || error instanceof Refusal) return undefined;
    throw error;
  }
}
