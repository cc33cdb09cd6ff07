import { crc32 } from 'node:zlib';
import { type AttachPeer, type Dial, memoryDial } from '../../drivers/index.js';
import {
  commandOf,
  encodeFrame,
  type Frame,
  FrameKind,
  FrameReader,
  hello,
  information,
  type Message,
} from '../../protocol/index.js';

type Send = (frame: { kind: FrameKind; id: number; command: number; payload?: Uint8Array }) => void;

/** What a scripted board does otherwise than a good one. */
export interface Malice {
  hello?: Partial<Message<typeof hello.response.fields>>;
  information?: Partial<Message<typeof information.response.fields>>;
  /** Answers a request other than hello and information. */
  onRequest?: (frame: Frame, send: Send, sendBytes: (bytes: Uint8Array) => void) => void;
}

const description: Message<typeof information.response.fields> = {
  vendor: 'v',
  product: 'p',
  serial: 's',
  firmware: 'f',
  profile: 'x',
  cores: 1,
  rows: 256,
  columns: 256,
  devicesPerPolarity: 2,
  inputBits: 8,
  adcBits: 8,
  scaleFractionBits: 8,
  conductanceMax: 25_000,
  programming: 0,
  userBytes: 4096,
  capabilities: 1,
  adcStep: 1000,
  driftStart: 20,
};

/** Dials a board in memory that keeps to the protocol except for its malice. */
export function dialScripted(malice: Malice): { dial: Dial; requests: Frame[] } {
  const requests: Frame[] = [];
  return { dial: memoryDial('hostile:', attachScripted(malice, requests)), requests };
}

/** The board's end of a link; notes the requests other than hello and information. */
export const attachScripted =
  (malice: Malice, requests: Frame[] = []): AttachPeer =>
  (sendBytes) => {
    let open = true;
    const send: Send = (frame) => open && sendBytes(encodeFrame(frame, crc32));
    const onFrame = (frame: Frame) => {
      const respond = (payload: Uint8Array) =>
        send({ kind: FrameKind.response, id: frame.id, command: frame.command, payload });
      if (frame.command === hello.code) {
        const { session } = hello.request.decode(frame.payload);
        const limits = { session, maxPayload: 4096, nextId: 1, window: 4, resumed: 0 };
        respond(hello.response.encode({ ...limits, ...malice.hello }));
      } else if (frame.command === information.code) {
        respond(information.response.encode({ ...description, ...malice.information }));
      } else {
        requests.push(frame);
        malice.onRequest?.(frame, send, sendBytes);
      }
    };
    const reader = new FrameReader({ maxPayload: 2 ** 20, crc32, onFrame, onDamage: () => undefined });
    return { receive: (bytes) => reader.push(bytes), close: () => void (open = false) };
  };

/** An answer of a command, as a board's malice. */
export const answering =
  (message: Record<string, unknown>): NonNullable<Malice['onRequest']> =>
  ({ id, command }, send) =>
    send({
      kind: FrameKind.response,
      id,
      command,
      payload: commandOf(command)!.response.encode(message as never),
    });
