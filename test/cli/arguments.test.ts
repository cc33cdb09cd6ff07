import test from 'ava';
import { InvalidArgumentError } from 'commander';
import {
  celsius,
  duration,
  durations,
  finiteNumber,
  levels,
  list,
  listenAddress,
  nonNegativeNumber,
  positiveNumber,
  wholeNumber,
} from '../../cli/arguments.js';

const numbers: Record<string, { parse: (text: string) => number; good: string[]; bad: string[] }> = {
  wholeNumber: { parse: wholeNumber(1), good: ['1', '1e3', ' 7 '], bad: ['0', '1.5', '1e99', '-1'] },
  finiteNumber: { parse: finiteNumber, good: ['-1.5', '0', '1e3'], bad: [] },
  positiveNumber: { parse: positiveNumber, good: ['0.1', '3'], bad: ['0', '-1'] },
  nonNegativeNumber: { parse: nonNegativeNumber, good: ['0', '2.5'], bad: ['-0.1'] },
  celsius: { parse: celsius, good: ['45', '-10'], bad: ['45C'] },
  levels: { parse: levels, good: ['0.5', '7'], bad: ['0', '7.1'] },
};

for (const [name, { parse, good, bad }] of Object.entries(numbers))
  test(name, (t) => {
    for (const text of good) t.is(parse(text), Number(text));
    for (const text of [...bad, '', ' ', 'many', 'NaN', 'Infinity'])
      t.throws(() => parse(text), { instanceOf: InvalidArgumentError }, `'${text}'`);
  });

test('lists and times', (t) => {
  t.deepEqual(list(' one,, two '), ['one', 'two']);
  t.deepEqual(durations('0s,15m,1h,30d,1y,7'), [0, 900, 3600, 2_592_000, 31_536_000, 7]);
  t.is(duration('1.5h'), 5400);
  for (const text of ['', 'soon', '1w', '-1s', '1 h', '9'.repeat(400)])
    t.throws(() => duration(text), { instanceOf: InvalidArgumentError }, `'${text}'`);
});

test('HOST:PORT', (t) => {
  t.deepEqual(listenAddress('127.0.0.1:0'), { host: '127.0.0.1', port: 0 });
  t.deepEqual(listenAddress('[::1]:7411'), { host: '::1', port: 7411 });
  t.regex(t.throws(() => listenAddress('::1:7411')).message, /in brackets, such as \[::1\]:7411/);
  for (const text of ['', '7411', 'host', 'host:', 'host:65536', '::1:7411', 'tcp://host:1'])
    t.throws(() => listenAddress(text), { instanceOf: InvalidArgumentError }, `'${text}'`);
});
