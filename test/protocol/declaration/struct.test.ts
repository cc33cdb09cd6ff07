import test from 'ava';
import fc from 'fast-check';
import {
  type AnyCommand,
  array,
  commands,
  f64,
  type Fields,
  multiply,
  program,
  Refusal,
  RefusalCode,
  struct,
  u16,
  u8,
} from '../../../protocol/index.js';
import { arbitraryMessage } from './arbitrary-message.js';

for (const command of commands) {
  for (const side of ['request', 'response'] as const) {
    test(`${command.name} ${side}: decode undoes encode`, (t) => {
      const layout: AnyCommand['request'] = command[side];
      fc.assert(
        fc.property(arbitraryMessage(layout), (message) => {
          t.deepEqual(layout.decode(layout.encode(message)), message);
        }),
        { numRuns: 50 },
      );
    });

    test(`${command.name} ${side}: memory that was used before shows nowhere`, (t) => {
      const layout: AnyCommand['request'] = command[side];
      fc.assert(
        fc.property(arbitraryMessage(layout), fc.nat(7), (message, offset) => {
          const used = new Uint8Array(offset + layout.byteLength(message)).fill(0xff);
          layout.encodeInto(used, message, offset);
          t.deepEqual(used.subarray(offset), layout.encode(message));
        }),
        { numRuns: 20 },
      );
    });

    test(`${command.name} ${side}: one byte less or more is refused`, (t) => {
      const layout: AnyCommand['request'] = command[side];
      fc.assert(
        fc.property(arbitraryMessage(layout), (message) => {
          const bytes = layout.encode(message);
          const padded = new Uint8Array(bytes.length + 1);
          padded.set(bytes);
          const endsInText = Object.values(layout.fields as Fields).at(-1)?.kind === 'rest';
          if (bytes.length > 0) refusedForLength(() => layout.decode(bytes.subarray(0, -1)));
          if (!endsInText) refusedForLength(() => layout.decode(padded));
        }),
        { numRuns: 20 },
      );

      function refusedForLength(action: () => unknown): void {
        const error = t.throws(action, { instanceOf: Refusal });
        t.is(error?.code, RefusalCode.badLength);
      }
    });
  }
}

test('the bytes of a small multiplication, written out by hand', (t) => {
  const bytes = multiply.request.encode({
    core: 1,
    cores: 1,
    rowStart: 2,
    rows: 3,
    columnStart: 4,
    columns: 256,
    batch: 1,
    inputs: new Int8Array([1, -1, 127]),
  });
  t.is(Buffer.from(bytes).toString('hex'), '010001000200030004000001' + '01000000' + '01ff7f');
});

test('a number that does not fit its field is refused by name', (t) => {
  const request = {
    core: 0,
    rowStart: 0,
    rows: 1,
    columnStart: 0,
    columns: 1,
    tolerance: 0,
    maxIterations: 0,
  };
  const targets = new Uint16Array(2);
  for (const core of [65_536, -1, 0.5, Number.NaN]) {
    const error = t.throws(() => program.request.encode({ ...request, core, targets }), {
      instanceOf: Refusal,
    });
    t.is(error?.field, 'core');
  }
});

test('an array whose length differs from what its message announces is refused by name', (t) => {
  const layout = struct({ count: u16('elements'), values: array('i8', ['count'], 'values') });
  const error = t.throws(() => layout.encode({ count: 3, values: new Int8Array(2) }), {
    instanceOf: Refusal,
  });
  t.is(error?.field, 'values');
});

test('a layout that a C compiler would pad, or with a fixed field behind a variable one, is a mistake', (t) => {
  t.throws(() => struct({ a: u8('one byte'), b: f64('misaligned') }), {
    message: /'b' at offset 1 is not aligned/,
  });
  t.throws(() => struct({ n: u16('count'), a: array('u8', ['n'], 'bytes'), b: u8('late') }), {
    message: /'b'/,
  });
});
