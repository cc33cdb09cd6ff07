import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { SimulationReport } from './simulate.js';

/** A run that found something. */
export interface Failure {
  seed: number;
  error: string;
}

/** What happened in all runs until now. */
interface Total {
  runs: number;
  failed: number;
  requests: number;
  powerCuts: number;
  faults: number;
  /** Virtual time. */
  seconds: number;
  realSeconds: number;
}

/** What a checkpoint file holds. */
interface Checkpoint {
  /** Requests of a run. */
  length: number;
  /** The first seed that was not begun. */
  next: number;
  /** Seeds that were begun, and did not end. */
  underWay: number[];
  total: Total;
  failures: Failure[];
  /** Seconds between 1970 and the last write. */
  written: number;
}

const WRITE_EVERY_MILLISECONDS = 10_000;

/** Hands out seeds, sums up what runs report, and keeps both in a file from which a later process goes on. */
export class Progress {
  readonly total: Total;
  readonly failures: Failure[];
  readonly #path: string | undefined;
  readonly #length: number;
  readonly #again: number[];
  readonly #underWay = new Set<number>();
  readonly #realSecondsBefore: number;
  readonly #begin = performance.now();
  #next: number;
  #written = performance.now();

  /** Goes on from a checkpoint if there is one. Errors: `Error` if it is of runs of another length. */
  constructor(options: { seed: number; length: number; checkpoint?: string }) {
    const { seed, length, checkpoint } = options;
    this.#path = checkpoint;
    this.#length = length;
    const found = checkpoint !== undefined && existsSync(checkpoint) ? readCheckpoint(checkpoint) : undefined;
    if (found && found.length !== length)
      throw new Error(`${checkpoint} is of runs of ${found.length} requests; give --length ${found.length}.`);
    this.#next = found?.next ?? seed;
    this.#again = found?.underWay ?? [];
    this.failures = found?.failures ?? [];
    this.total = found?.total ?? {
      ...{ runs: 0, failed: 0, requests: 0, powerCuts: 0, faults: 0, seconds: 0, realSeconds: 0 },
    };
    this.#realSecondsBefore = this.total.realSeconds;
  }

  /** Runs that ended or are under way. */
  get begun(): number {
    return this.total.runs + this.#underWay.size;
  }

  /** The next seed. */
  take(): number {
    const seed = this.#again.shift() ?? this.#next++;
    this.#underWay.add(seed);
    return seed;
  }

  succeeded({ seed, requests, powerCuts, faults, seconds }: SimulationReport): void {
    this.total.requests += requests;
    this.total.powerCuts += powerCuts;
    this.total.seconds += seconds;
    this.total.faults += Object.values(faults).reduce((sum, count) => sum + count, 0);
    this.#ended(seed);
  }

  failed(failure: Failure): void {
    this.total.failed++;
    this.failures.push(failure);
    this.#ended(failure.seed);
  }

  /** Writes the checkpoint, if there is one. */
  write(): void {
    const { total, failures } = this;
    total.realSeconds = this.#realSecondsBefore + Math.round((performance.now() - this.#begin) / 1000);
    if (this.#path === undefined) return;
    const checkpoint: Checkpoint = {
      length: this.#length,
      next: this.#next,
      underWay: [...this.#underWay, ...this.#again],
      total,
      failures,
      written: Math.round(Date.now() / 1000),
    };
    writeFileSync(`${this.#path}.new`, JSON.stringify(checkpoint, undefined, 2));
    renameSync(`${this.#path}.new`, this.#path);
    this.#written = performance.now();
  }

  #ended(seed: number): void {
    this.#underWay.delete(seed);
    this.total.runs++;
    if (performance.now() - this.#written > WRITE_EVERY_MILLISECONDS) this.write();
  }
}

const readCheckpoint = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Checkpoint;
