import test from 'ava';
import { Random } from '../../../network/index.js';
import { PairedQueries, partingSentence } from '../../../runtime/learning/parting.js';

/** Adds tasks of 75 queries, of which each of the two misses a share. */
function compare(tasks: number, missed: { software: number; device: number }, seed: number): PairedQueries {
  const random = new Random(seed);
  const queries = new PairedQueries();
  const labels = new Array<number>(75).fill(0);
  const recognised = (share: number) => labels.map(() => (random.uniform() < share ? 1 : 0));
  for (let task = 0; task < tasks && !queries.parted; task++)
    queries.add(labels, recognised(missed.software), recognised(missed.device));
  return queries;
}

test('20 % against 100 % shows after one task', (t) => {
  t.true(compare(1, { software: 0, device: 0.8 }, 1).parted);
});

test('3 points less show within 100 tasks, a tenth of a point or better ones never', (t) => {
  for (let seed = 1; seed <= 20; seed++) {
    t.true(compare(100, { software: 0.01, device: 0.04 }, seed).parted);
    t.false(compare(1000, { software: 0.01, device: 0.011 }, seed).parted);
    t.false(compare(100, { software: 0.3, device: 0.1 }, seed).parted);
  }
});

test('two that are equally good part in no more than one of a thousand runs', (t) => {
  let parted = 0;
  for (let seed = 1; seed <= 1000; seed++)
    if (compare(30, { software: 0.2, device: 0.2 }, seed).parted) parted++;
  t.true(parted <= 3, `${parted} of 1000`);
});

test('the sentence gives the three accuracies', (t) => {
  t.regex(
    partingSentence({ tasks: 1, device: 0.2, float32: 1, int4: 0.99 }),
    /^After 1 task the device recognises 20\.0 % of the queries, software 100\.0 % \(99\.0 % with 4-bit/,
  );
});
