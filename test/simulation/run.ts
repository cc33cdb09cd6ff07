// Simulates faults: `npm run simulate -- [--seed N] [--runs N] [--requests N]`. Each run has a seed of its own, which brings it back.
import { parseArgs } from 'node:util';
import { simulate } from './simulate.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '10' },
    requests: { type: 'string', default: '10000' },
  },
});
const total = { requests: 0, powerCuts: 0, seconds: 0 };
const begin = performance.now();
for (let run = 0; run < Number(values.runs); run++) {
  const seed = Number(values.seed) + run;
  try {
    const report = await simulate({ seed, requests: Number(values.requests) });
    console.log(JSON.stringify(report));
    total.requests += report.requests;
    total.powerCuts += report.powerCuts;
    total.seconds += report.seconds;
  } catch (error) {
    console.error(`seed ${seed}:`, error);
    process.exitCode = 1;
  }
}
console.log(JSON.stringify({ ...total, realSeconds: (performance.now() - begin) / 1000 }));
