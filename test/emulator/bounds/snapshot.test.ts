import { crc32 } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import {
  arrayImages,
  counterImage,
  SnapshotError,
  snapshotHead,
  temperatureImage,
} from '../../../emulator/chip/memory/image-declaration.js';
import type { EmulatedBoard } from '../../../emulator/index.js';
import { type Fields, MAX_CLOCK, status } from '../../../protocol/index.js';
import { boardOf, connect, isSound, profile } from './board.js';
import { allows, type Numbers, valuesOf } from './values.js';

/** A number in a snapshot: where it lies, and its declaration. */
interface Place extends Numbers {
  readonly name: string;
  readonly at: number;
}

const widths: Record<string, number> = { u8: 1, u16: 2, i16: 2, u32: 4, u64: 8, f64: 8 };

function* scalarsFrom(start: number, fields: Fields): Generator<Place> {
  let at = start;
  for (const [name, field] of Object.entries(fields)) {
    if (field.kind === 'scalar') {
      if (field.bounds) yield { name, at, type: field.type, bounds: field.bounds };
      at += widths[field.type];
    } else if (field.kind === 'text') at += field.bytes;
  }
}

const types = {
  Float64Array: 'f64',
  Uint32Array: 'u32',
  Uint16Array: 'u16',
  Int16Array: 'i16',
  Uint8Array: 'u8',
};

/** Every number of a snapshot that has a declaration of its own; the first and the last of an array. */
function* placesOf({ chip }: EmulatedBoard): Generator<Place> {
  yield* scalarsFrom(0, snapshotHead.fields);
  let at = 64;
  for (let core = 0; core < profile.cores; core++) {
    yield* scalarsFrom(at, counterImage.fields);
    at += counterImage.fixedBytes;
    for (const { name, bounds } of arrayImages) {
      const array = chip.state(core)[name];
      const type = types[array.constructor.name as keyof typeof types];
      const last = at + array.byteLength - array.BYTES_PER_ELEMENT;
      for (const where of [at, last]) yield { name, at: where, type, bounds };
      at += array.byteLength;
    }
  }
  yield* scalarsFrom(at, temperatureImage.fields);
}

/** A snapshot with another number in it, and a checksum that fits. */
function withNumber(snapshot: Uint8Array, { at, type }: Place, value: number): Uint8Array {
  const changed = snapshot.slice();
  const view = new DataView(changed.buffer);
  if (type === 'f64') view.setFloat64(at, value, true);
  else if (type === 'u32') view.setUint32(at, value, true);
  else if (type === 'u8') view.setUint8(at, value);
  else view.setUint16(at, value, true);
  view.setUint32(changed.length - 4, crc32(changed.subarray(0, -4)), true);
  return changed;
}

async function holds(t: ExecutionContext, place: Place, value: number): Promise<void> {
  const board = boardOf();
  board.clock.set(100);
  const whole = withNumber(board.snapshot(), place, value);
  const said = `${place.name} at byte ${place.at} is ${value}`;
  const before = board.snapshot();
  let refused: SnapshotError | undefined;
  try {
    board.restore(whole);
  } catch (error) {
    if (!(error instanceof SnapshotError)) throw error;
    refused = error;
  }
  if (!allows(place, value)) t.true(refused?.message.includes(place.name), `${said}: ${refused?.message}`);
  if (refused) return void t.deepEqual(board.snapshot(), before, said);
  const connection = await connect(board);
  await isSound(t, connection, said);
  const { clock } = await connection.request(status, {});
  t.true(clock >= 0 && clock <= MAX_CLOCK, said);
  await connection.close();
  // The board's own snapshot, whatever became of it, can be restored.
  t.notThrows(() => board.restore(board.snapshot()), said);
}

const names = new Set([...placesOf(boardOf())].map(({ name }) => name));

for (const name of names)
  test(`restore at the bounds of ${name}`, async (t) => {
    for (const place of placesOf(boardOf()))
      if (place.name === name) for (const value of valuesOf(place)) await holds(t, place, value);
  });

test('the clock and the temperature, every counter and every array are among them', (t) => {
  const expected = [
    'clock',
    'celsius',
    ...Object.keys(counterImage.fields),
    ...arrayImages.map((one) => one.name),
  ];
  t.deepEqual(
    expected.filter((name) => !names.has(name)),
    [],
  );
});
