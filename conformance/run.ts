import { type Dial, LinkError } from '../drivers/index.js';
import { information, printable } from '../protocol/index.js';
import type { Bench } from './bench.js';
import { type Check, ConformanceError, Skip } from './check.js';
import { checks as allChecks } from './checks.js';
import { RawHost } from './raw-host.js';

/** Outcome of one check. */
export type CheckOutcome = 'passed' | 'failed' | 'skipped';

/** Result of one check. */
export interface CheckResult {
  name: string;
  outcome: CheckOutcome;
  /** Why it failed or was skipped; empty if it passed. */
  detail: string;
  seconds: number;
}

/** Results of all checks that ran or were skipped, and their counts. */
export interface ConformanceReport {
  passed: number;
  failed: number;
  skipped: number;
  checks: CheckResult[];
}

/** How a board is checked. */
export interface ConformanceOptions {
  /** Opens a link to the board. */
  dial: Dial;
  /** Secret for a board that demands one. */
  token?: string;
  /** Also run the checks that change devices. Default false. */
  destructive?: boolean;
  /** Milliseconds within which each answer must come. Default 5000. */
  patience?: number;
  /** Milliseconds of silence that a session must survive. Default 3000. */
  idle?: number;
  /** Stop after the first check that fails. Default false. */
  stopAtFailure?: boolean;
  /** Default: all checks. */
  checks?: readonly Check[];
  /** Called after each check. */
  onResult?: (result: CheckResult, done: number, total: number) => void;
}

/** Checks in a row without an answer in time after which the others are skipped. */
const MAX_SILENT = 3;
const fellSilent = `The board left ${MAX_SILENT} checks in a row without an answer; put that right first.`;

const isSilence = ({ outcome, seconds }: CheckResult, patience: number): boolean =>
  outcome === 'failed' && seconds * 1000 >= patience;

/**
 * Runs the checks on a board, one after the other, each over its own links. The rest is skipped if the board
 * leaves several in a row without an answer.
 * Errors: `LinkError` if no board answers; `ConformanceError` if the board does not even describe itself.
 */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const { dial, token = '', patience = 5000, idle = 3000, checks = allChecks, onResult } = options;
  const bench = await meet({ dial, token, patience, idle });
  const results: CheckResult[] = [];
  let silent = 0;
  for (const check of checks) {
    const result =
      silent < MAX_SILENT
        ? await outcomeOf(check, bench, options.destructive ?? false)
        : { name: check.name, outcome: 'skipped' as const, detail: fellSilent, seconds: 0 };
    if (silent < MAX_SILENT) silent = isSilence(result, patience) ? silent + 1 : 0;
    results.push(result);
    onResult?.(result, results.length, checks.length);
    if (options.stopAtFailure && result.outcome === 'failed') break;
  }
  const count = (outcome: CheckOutcome) => results.filter((result) => result.outcome === outcome).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped'), checks: results };
}

/** Asks the board for its limits and its description. */
async function meet(access: Omit<Bench, 'limits' | 'information'>): Promise<Bench> {
  const host = await RawHost.open(access);
  try {
    return { ...access, limits: host.limits!, information: await host.get(information, {}) };
  } finally {
    await host.close();
  }
}

async function outcomeOf(check: Check, bench: Bench, destructive: boolean): Promise<CheckResult> {
  const begin = performance.now();
  const result = (outcome: CheckOutcome, detail = ''): CheckResult => ({
    name: check.name,
    outcome,
    detail: printable(detail), // it may quote the board
    seconds: (performance.now() - begin) / 1000,
  });
  if (check.destructive && !destructive)
    return result('skipped', 'It changes devices; run it with --destructive.');
  if (check.needs !== undefined && !(bench.information.capabilities & check.needs)) {
    return result('skipped', 'The board does not announce the capability.');
  }
  try {
    await check.run(bench);
    return result('passed');
  } catch (error) {
    if (error instanceof Skip) return result('skipped', error.message);
    if (error instanceof ConformanceError || error instanceof LinkError)
      return result('failed', error.message);
    throw error;
  }
}
