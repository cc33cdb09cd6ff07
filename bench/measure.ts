/** One figure of the benchmark. */
export interface Figure {
  name: string;
  value: number;
  /** 'x' for a ratio. */
  unit: string;
  /** What the project wants of it. */
  target?: { atMost: number } | { atLeast: number };
}

/** Milliseconds of each run of each case: rounds in which every case runs once, so that all see the same machine. */
export async function interleave<K extends string>(
  cases: Record<K, () => unknown>,
  rounds: number,
): Promise<Record<K, number[]>> {
  const names = Object.keys(cases) as K[];
  const times = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<K, number[]>;
  const warmUp = Math.ceil(rounds / 4);
  for (let round = -warmUp; round < rounds; round++) {
    for (const name of names) {
      const start = performance.now();
      await cases[name]();
      const time = performance.now() - start;
      if (round >= 0) times[name].push(time);
    }
  }
  return times;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median over the rounds of one case's time over another's, a `factor` of it. */
export function medianRatio(times: number[], others: number[], factor = 1): number {
  return median(times.map((time, round) => (factor * time) / others[round]));
}

/** A line such as "noise on / bare product   2.38 x   (at most 2.5)". */
export function describe({ name, value, unit, target }: Figure): string {
  const wanted =
    target && ('atMost' in target ? `(at most ${target.atMost})` : `(at least ${target.atLeast})`);
  return `${name.padEnd(64)} ${format(value).padStart(9)} ${unit.padEnd(8)} ${wanted ?? ''}`.trimEnd();
}

function format(value: number): string {
  return value >= 1000 ? value.toFixed(0) : value.toPrecision(3);
}
