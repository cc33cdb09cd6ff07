// Simulates faults: `npm run simulate -- [--seed N] [--runs N | --hours H | --requests N] [--length N]
// [--jobs N] [--checkpoint FILE]`. Each run has a seed of its own, which brings its result back. `--hours`
// counts virtual time, `--requests` those of all runs. With `--checkpoint` a later call goes on from where
// this one was ended.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Failure, Progress } from './progress.js';
import { type SimulationReport, simulate } from './simulate.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string' },
    hours: { type: 'string' },
    requests: { type: 'string' },
    /** Requests of a run. */
    length: { type: 'string', default: '3000' },
    /** Processes that share the runs. */
    jobs: { type: 'string', default: '1' },
    /**
     * Power cuts for each of a usual mix: a board that was cut takes as long to come back as a hundred
     * requests.
     */
    'power-cuts': { type: 'string', default: '1' },
    checkpoint: { type: 'string' },
    /** For the program's own use: this process simulates the seeds that it is sent. */
    worker: { type: 'boolean', default: false },
  },
});
const length = Number(values.length);
const powerCuts = Number(values['power-cuts']);
/** The options that a run depends on besides its seed. */
const mix = ['--length', values.length, '--power-cuts', values['power-cuts']];
const DEFAULT_RUNS = 20;

if (values.worker) work();
else if (!(await shareOut())) process.exitCode = 1;

/** Simulates each seed that the parent sends, and tells the result. */
function work(): void {
  // Thousands of errors are planned; whole traces would take a tenth of the time.
  Error.stackTraceLimit = 3;
  process.on('disconnect', () => process.exit());
  process.on('message', (seed: number) => {
    void simulate({ seed, requests: length, powerCuts }).then(
      (report) => process.send!(report),
      (error: Error) => process.send!({ seed, error: error.stack }),
    );
  });
}

async function shareOut(): Promise<boolean> {
  const progress = new Progress({ seed: Number(values.seed), length, checkpoint: values.checkpoint });
  const children = Array.from({ length: Number(values.jobs) }, () => employ(progress));
  await Promise.all(children.map((child) => once(child, 'exit')));
  progress.write();
  const { total, failures } = progress;
  console.log(JSON.stringify({ ...total, seconds: Math.round(total.seconds) }));
  console.log(`${total.runs - total.failed} passed, ${total.failed} failed`);
  return failures.length === 0 && children.every(({ exitCode }) => exitCode === 0);
}

/** Starts a process that is sent seeds until enough was done. */
function employ(progress: Progress): ChildProcess {
  // Nearly all objects die young: a larger nursery saves some of the collector's time.
  const execArgv = ['--max-semi-space-size=64'];
  const child = fork(fileURLToPath(import.meta.url), ['--worker', ...mix], { execArgv });
  const next = () => (isEnough(progress) ? child.disconnect() : child.send(progress.take()));
  child.on('message', (report: SimulationReport | Failure) => {
    if ('error' in report) {
      progress.failed(report);
      console.error(`seed ${report.seed} (${commandFor(report.seed)}): ${report.error}`);
    } else progress.succeeded(report);
    const { runs, requests } = progress.total;
    if (runs % 100 === 0) console.log(`${runs} runs, ${requests} requests`);
    next();
  });
  next();
  return child;
}

function isEnough({ begun, total }: Progress): boolean {
  if (values.runs !== undefined) return begun >= Number(values.runs);
  if (values.hours !== undefined) return total.seconds >= 3600 * Number(values.hours);
  if (values.requests !== undefined) return total.requests >= Number(values.requests);
  return begun >= DEFAULT_RUNS;
}

const commandFor = (seed: number) => `npm run simulate -- --seed ${seed} --runs 1 ${mix.join(' ')}`;
