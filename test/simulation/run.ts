// Simulates faults: `npm run simulate -- [--seed N] [--runs N | --hours H] [--requests N] [--jobs N]`.
// Each run has a seed of its own, which brings its result back. `--hours` counts virtual time.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type SimulationReport, simulate } from './simulate.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '20' },
    hours: { type: 'string' },
    /** Requests of a run. */
    requests: { type: 'string', default: '3000' },
    /** Processes that share the runs. */
    jobs: { type: 'string', default: '1' },
    /** Which of them this one is; for the program's own use. */
    job: { type: 'string' },
  },
});
const [first, jobs, requests] = [values.seed, values.jobs, values.requests].map(Number);
const runs = values.hours === undefined ? Number(values.runs) : Infinity;
const seconds = values.hours === undefined ? Infinity : 3600 * Number(values.hours);

/** What happened in all runs until now. */
interface Total {
  runs: number;
  failed: number;
  requests: number;
  powerCuts: number;
  faults: number;
  seconds: number;
}

const nothing = (): Total => ({ runs: 0, failed: 0, requests: 0, powerCuts: 0, faults: 0, seconds: 0 });

if (values.job !== undefined) await work(Number(values.job));
else if (!(await shareOut())) process.exitCode = 1;

/** Does each run whose number is this job's, and reports each to the parent. */
async function work(job: number): Promise<void> {
  let virtual = 0;
  for (let run = job; run < runs && virtual < seconds / jobs; run += jobs) {
    const seed = first + run;
    try {
      const report = await simulate({ seed, requests });
      virtual += report.seconds;
      process.send!(report);
    } catch (error) {
      process.send!({ seed, error: (error as Error).stack });
    }
  }
}

async function shareOut(): Promise<boolean> {
  const begin = performance.now();
  const total = nothing();
  const children = Array.from({ length: jobs }, (_, job) => {
    const child = fork(fileURLToPath(import.meta.url), [...process.argv.slice(2), '--job', `${job}`]);
    return child.on('message', (message) => add(total, message as SimulationReport & { error?: string }));
  });
  await Promise.all(children.map((child) => once(child, 'exit')));
  const realSeconds = Math.round((performance.now() - begin) / 1000);
  console.log(JSON.stringify({ ...total, seconds: Math.round(total.seconds), realSeconds }));
  console.log(`${total.runs - total.failed} passed, ${total.failed} failed`);
  return total.failed === 0 && children.every(({ exitCode }) => exitCode === 0);
}

function add(total: Total, { seed, error, ...report }: SimulationReport & { error?: string }): void {
  total.runs++;
  if (error === undefined) {
    total.requests += report.requests;
    total.powerCuts += report.powerCuts;
    total.seconds += report.seconds;
    total.faults += Object.values(report.faults).reduce((sum, count) => sum + count, 0);
  } else {
    total.failed++;
    console.error(`seed ${seed} (npm run simulate -- --seed ${seed} --runs 1): ${error}`);
  }
  if (total.runs % 20 === 0) console.log(`${total.runs} runs, ${total.requests} requests`);
}
