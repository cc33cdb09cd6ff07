import { openSync, writeSync, ftruncateSync } from 'node:fs';
import { Random } from '../../network/index.js';
import { Coverage } from './coverage.js';
import { mutateBytes } from './mutate-bytes.js';
import type { Target } from './target.js';

/** Maximum time of one input, in milliseconds of the processor, and of the memory that it adds to the process, in MiB. */
export const limits = { milliseconds: 5000, mebibytes: 200 };

/** One input takes more time or memory than an input may. */
class LimitError extends Error {
  override readonly name = 'LimitError';
}

/** An input that does not end as it must. */
export interface Finding {
  input: Uint8Array;
  /** The error with its stack. */
  error: string;
}

/** How a run went. */
export interface Counts {
  inputs: number;
  /** Inputs that reached code that no input before them had reached; they are mutated further. */
  kept: number;
}

/** Number of inputs between two looks at the coverage, which take some milliseconds. */
const BATCH = 128;
/** Attempts to make a finding shorter. */
const SHORTENINGS = 500;

/** Runs a target in this process: mutates its corpus, keeps what reaches new code, reports what must not be. */
export class Fuzzer {
  readonly counts: Counts = { inputs: 0, kept: 0 };
  readonly #target: Target;
  readonly #random: Random;
  readonly #onFinding: (finding: Finding) => void;
  readonly #journal: number;
  readonly #known = new Set<string>();
  #corpus: Uint8Array[] = [];
  /** An error that no promise has passed on. */
  #stray: unknown;

  /** `journal`: file that holds the present input, for the case that it kills this process. */
  constructor(target: Target, seed: number, journal: string, onFinding: (finding: Finding) => void) {
    this.#target = target;
    this.#random = new Random(seed);
    this.#onFinding = onFinding;
    this.#journal = openSync(journal, 'w');
    for (const event of ['uncaughtException', 'unhandledRejection'] as const)
      process.on(event, (error: unknown) => (this.#stray ??= error));
  }

  /** Goes on until `isOver` says so. `first`: inputs that are tried before all others. */
  async run(isOver: () => boolean, first: readonly Uint8Array[]): Promise<void> {
    // Before anything is read: what ran earlier has no counters of blocks.
    const coverage = new Coverage();
    const seeds = await this.#target.seeds();
    for (const seed of seeds) {
      const error = await this.#errorOf(seed, []);
      if (error !== undefined)
        this.#onFinding({ input: seed, error: `A seed is refused: ${stackOf(error)}` });
    }
    for (const input of first) await this.#try(input);
    this.#corpus = [...seeds, ...first];
    for (const input of this.#corpus) await this.#try(input);
    coverage.take(true);
    while (!isOver()) {
      const batch = Array.from({ length: BATCH }, () => this.#next());
      for (const input of batch) {
        await this.#try(input);
        if (isOver()) return;
      }
      if (coverage.take(false) > 0) await this.#keep(batch, coverage);
      await nextTurn(); // rejections that nobody waits for, and the end of the parent, are told now
    }
  }

  /** Tries the inputs of a batch again, one by one, and keeps those that reach new code. */
  async #keep(batch: readonly Uint8Array[], coverage: Coverage): Promise<void> {
    for (const input of batch) {
      await this.#try(input);
      if (coverage.take(true) === 0) continue;
      this.#corpus.push(input);
      this.counts.kept++;
    }
    // What only many inputs together reach, such as a fast path of the engine, is not new a second time.
    for (const input of batch) await this.#try(input);
    coverage.take(true);
  }

  #next(): Uint8Array {
    const { mutate, words } = this.#target;
    const random = this.#random;
    // What was found last has been tried least.
    const recent = random.below(2) === 0 ? Math.min(16, this.#corpus.length) : this.#corpus.length;
    const chosen = this.#corpus[this.#corpus.length - 1 - random.below(recent)];
    if (mutate && random.below(3) > 0) return mutate(chosen, random);
    return mutateBytes(chosen, random, this.#corpus, words);
  }

  async #try(input: Uint8Array): Promise<void> {
    this.counts.inputs++;
    const error = await this.#errorOf(input, this.#target.refusals);
    if (error === undefined || this.#known.has(keyOf(error))) return;
    const key = keyOf(error);
    this.#known.add(key);
    const shortened = error instanceof LimitError ? input : await this.#shortened(input, key);
    this.#onFinding({ input: shortened, error: stackOf(error) });
  }

  /** The error that an input ends in; undefined if there is none or it is one of `refusals`. */
  async #errorOf(input: Uint8Array, refusals: Target['refusals']): Promise<unknown> {
    this.#note(input);
    const begin = process.cpuUsage();
    const before = process.resourceUsage().maxRSS;
    let thrown: unknown;
    try {
      await this.#target.read(Uint8Array.from(input));
    } catch (error) {
      if (!refusals.some((refusal) => error instanceof refusal)) thrown = error;
    }
    thrown ??= this.#stray;
    this.#stray = undefined;
    const mebibytes = Math.round((process.resourceUsage().maxRSS - before) / 1024);
    if (mebibytes > limits.mebibytes) thrown ??= new LimitError(`It takes ${mebibytes} MiB.`);
    const { user, system } = process.cpuUsage(begin);
    if ((user + system) / 1000 > limits.milliseconds) thrown ??= new LimitError('It takes too long.');
    return thrown;
  }

  #note(input: Uint8Array): void {
    ftruncateSync(this.#journal);
    writeSync(this.#journal, input, 0, input.length, 0);
  }

  /** Leaves out parts, shorter and shorter ones, as long as the error stays the same. */
  async #shortened(input: Uint8Array, key: string): Promise<Uint8Array> {
    let best = input;
    let attempts = SHORTENINGS;
    for (let size = best.length; size >= 1; size >>= 1)
      for (let start = 0; start < best.length && attempts > 0; attempts--) {
        const shorter = Uint8Array.from([...best.subarray(0, start), ...best.subarray(start + size)]);
        const error = await this.#errorOf(shorter, this.#target.refusals);
        if (error !== undefined && keyOf(error) === key) best = shorter;
        else start += size;
      }
    return best;
  }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? `${error}`) : String(error);

/** Errors from the same lines are one finding, and so are all that are slow or large. */
function keyOf(error: unknown): string {
  if (error instanceof LimitError) return error.name;
  const lines = stackOf(error).split('\n');
  const end = lines.findIndex((line) => /\/fuzz\/fuzzer\.[jt]s:/.test(line));
  const calls = lines.slice(0, end < 0 ? undefined : end).filter((line) => line.startsWith('    at '));
  return calls.length > 0 ? calls.slice(0, 3).join('\n') : stackOf(error);
}
