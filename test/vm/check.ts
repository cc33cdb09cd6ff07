import { endPrograms } from './guest.js';

/** Maximum time of a check, in milliseconds: several times what it needs with two idle processors. */
const LIMIT = 240_000;

/** Pattern for the names of the checks to run; all by default. */
const wanted = new RegExp(process.argv[2] ?? '');

const counts = { passed: 0, failed: 0 };

/** Runs a check and prints its outcome and time. Past the limit, the programs that it started are killed. */
export async function check(name: string, work: () => Promise<void>): Promise<void> {
  if (!wanted.test(name)) return;
  const started = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${LIMIT / 1000} s`)), LIMIT);
  });
  const outcome = await Promise.race([work(), late]).then(
    () => 'ok',
    (error: Error) => `FAILED ${error.stack}`,
  );
  clearTimeout(timer);
  endPrograms();
  counts[outcome === 'ok' ? 'passed' : 'failed']++;
  console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${name}: ${outcome}`);
}

/** Prints the counts and ends the process. */
export function end(): never {
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exit(counts.failed === 0 ? 0 : 1);
}
