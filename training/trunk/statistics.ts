import { FILTERS } from '../tensors/parameters.js';

/** Mean and variance [56] of each channel of one layer, over a batch. */
export interface Statistics {
  mean: Float32Array;
  variance: Float32Array;
}

/** Weight of each batch in the running statistics. */
export const STATISTICS_SHARE = 0.02;

/** Moves running statistics towards the latest ones by `share`, in place. */
export function followStatistics(running: Statistics[], latest: Statistics[], share: number): void {
  for (const [layer, statistics] of running.entries())
    for (const key of ['mean', 'variance'] as const)
      for (let channel = 0; channel < FILTERS; channel++)
        statistics[key][channel] += share * (latest[layer][key][channel] - statistics[key][channel]);
}
