import test from 'ava';
import { counterWord, Purpose } from '../../../emulator/chip/devices/draws.js';

test('no two uses of random draws share a counter, whatever the core', (t) => {
  const purposes = Object.values(Purpose);
  const words = purposes.flatMap((purpose) => [0, 255].map((core) => counterWord(purpose, core)));
  t.is(new Set(words).size, 2 * purposes.length);
});
