import test from 'ava';
import {
  crc32,
  encodeFrame,
  FrameKind,
  FrameMemory,
  openFrame,
  sealFrame,
  writeUserData,
} from '../../../protocol/index.js';

const request = (fill: number) => ({ offset: fill, length: 5000, data: new Uint8Array(5000).fill(fill) });
const head = (id: number) => ({ kind: FrameKind.request, id, command: writeUserData.code });

test('a frame in the memory of another is the frame that new memory would hold', (t) => {
  const memory = new FrameMemory();
  const first = sealFrame(openFrame(writeUserData.request, request(1), memory), head(1), crc32);
  memory.give(first);
  const second = sealFrame(openFrame(writeUserData.request, request(2), memory), head(2), crc32);
  t.is(second, first, 'the same memory');
  t.deepEqual(second, encodeFrame({ ...head(2), payload: writeUserData.request.encode(request(2)) }));
  const third = openFrame(writeUserData.request, request(3), memory);
  t.not(third, second, 'memory in use is not given away');
});

test('frame memory keeps a window of long frames and no short ones', (t) => {
  const memory = new FrameMemory();
  const given: Uint8Array[] = Array.from({ length: 100 }, () => new Uint8Array(10_000));
  for (const bytes of given) memory.give(bytes);
  const taken = Array.from({ length: 100 }, () => memory.take(10_000));
  t.is(taken.filter((bytes) => given.includes(bytes)).length, 16);
  const short = new Uint8Array(100);
  memory.give(short);
  t.not(memory.take(100), short);
});

test('memory that is given twice is taken once', (t) => {
  const memory = new FrameMemory();
  const bytes = memory.take(5000);
  memory.give(bytes);
  memory.give(new Uint8Array(bytes.buffer));
  t.not(memory.take(5000).buffer, memory.take(5000).buffer);
});
