import { endPrograms } from './guest.js';

/** Longest time that a check may take, in milliseconds: some times what it needs with two processors for itself. */
const limit = 240_000;

/** Names of the checks to do: all where nothing is said. */
const wanted = new RegExp(process.argv[2] ?? '');

const counts = { passed: 0, failed: 0 };

/** Does the work, says how it went and how long it took. Past the limit the programs that it started are ended. */
export async function check(name: string, work: () => Promise<void>): Promise<void> {
  if (!wanted.test(name)) return;
  const started = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${limit / 1000} s`)), limit);
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

/** Prints the counts and leaves. */
export function end(): never {
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  process.exit(counts.failed === 0 ? 0 : 1);
}
