import { type Dial, LinkError } from '../drivers/index.js';
import { information } from '../protocol/index.js';
import type { Bench } from './bench.js';
import { type Check, ConformanceError, Skip } from './check.js';
import { checks as allChecks } from './checks.js';
import { RawHost } from './raw-host.js';

export type CheckOutcome = 'passed' | 'failed' | 'skipped';

export interface CheckResult {
  name: string;
  outcome: CheckOutcome;
  /** Why it failed or was skipped; else empty. */
  detail: string;
  seconds: number;
}

export interface ConformanceReport {
  passed: number;
  failed: number;
  skipped: number;
  checks: CheckResult[];
}

export interface ConformanceOptions {
  dial: Dial;
  token?: string;
  /** Also run the checks that change devices. */
  destructive?: boolean;
  /** Milliseconds that the board has for each answer. */
  patience?: number;
  /** Milliseconds of silence that a session must survive. */
  idle?: number;
  /** The checks behind the first that fails are not run. */
  stopAtFailure?: boolean;
  checks?: readonly Check[];
  onResult?: (result: CheckResult, done: number, total: number) => void;
}

/**
 * Puts a board to every check, one after the other, each over links of its own.
 * Errors: `LinkError` where no board is there, `ConformanceError` where it does not even say what it is.
 */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const { dial, token = '', patience = 5000, idle = 3000, checks = allChecks, onResult } = options;
  const bench = await meet({ dial, token, patience, idle });
  const results: CheckResult[] = [];
  for (const check of checks) {
    const result = await outcomeOf(check, bench, options.destructive ?? false);
    results.push(result);
    onResult?.(result, results.length, checks.length);
    if (options.stopAtFailure && result.outcome === 'failed') break;
  }
  const count = (outcome: CheckOutcome) => results.filter((result) => result.outcome === outcome).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped'), checks: results };
}

async function meet(way: Pick<Bench, 'dial' | 'token' | 'patience' | 'idle'>): Promise<Bench> {
  const host = await RawHost.open(way);
  try {
    return { ...way, limits: host.limits!, information: await host.get(information, {}) };
  } finally {
    await host.close();
  }
}

async function outcomeOf(check: Check, bench: Bench, destructive: boolean): Promise<CheckResult> {
  const begin = performance.now();
  const result = (outcome: CheckOutcome, detail = ''): CheckResult => ({
    name: check.name,
    outcome,
    detail,
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
