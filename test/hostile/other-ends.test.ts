import { crc32 } from 'node:zlib';
import test from 'ava';
import { Board, LinkError, memoryDial } from '../../drivers/index.js';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** What may be at the other end of a link in place of a board, and what the host says of it. */
const ends: Record<string, [answer: (heard: Uint8Array) => Uint8Array, RegExp]> = {
  echo: [(heard) => heard, /our own bytes came back/],
  'boot loader with colours': [
    () => bytesOf('\u001b[32mU-Boot 2024.01\u001b[0m\r\n=> '),
    /sends text instead, "U-Boot 2024.01 => U-Boot/,
  ],
  'web server': [() => bytesOf('HTTP/1.1 400 Bad Request\r\n\r\n'), /sends text instead, "HTTP/],
  'server of TLS': [() => Uint8Array.of(0x15, 3, 3, 0, 2, 2, 0x46), /speaks TLS/],
  'board at another speed': [
    () => Uint8Array.from({ length: 40 }, (_, i) => (i * 89) & 0xff),
    /bytes of noise were heard.*speed/,
  ],
  nobody: [() => new Uint8Array(), /nothing was heard/],
};

for (const [end, [answer, sentence]] of Object.entries(ends))
  test(`${end}: the host says what it heard`, async (t) => {
    const dial = memoryDial('hostile:', (send) => ({
      receive: (bytes) => send(answer(bytes)),
      close: () => undefined,
    }));
    const began = performance.now();
    const opening = Board.open(dial, { crc32 });
    await t.throwsAsync(opening, { instanceOf: LinkError, message: sentence });
    t.true(performance.now() - began < 5000);
  });
