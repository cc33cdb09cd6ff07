import { crc32 } from 'node:zlib';
import { createEmulatedBoard } from '../../../emulator/node/create-emulated-board.js';
import { loadProfile } from '../../../emulator/node/index.js';
import {
  type Command,
  encodeFrame,
  type Fields,
  type Frame,
  FrameKind,
  FrameReader,
  hello,
  hexDump,
  type Message,
  multiply,
  program,
} from '../../../protocol/index.js';

const requestFrame = <Q extends Fields, A extends Fields>(
  id: number,
  command: Command<Q, A>,
  message: Message<Q>,
): Frame => ({
  kind: FrameKind.request,
  id,
  command: command.code,
  payload: command.request.encode(message),
});

const window = { core: 0, rowStart: 2, rows: 1, columnStart: 3, columns: 2 };

/** The requests of docs/porting.md, by the names of their dumps. */
export const workedRequests: Readonly<Record<string, Frame>> = {
  hello: requestFrame(0, hello, { session: 1n, token: '', host: 'my lab' }),
  program: requestFrame(1, program, {
    ...window,
    tolerance: 0,
    maxIterations: 0,
    targets: Uint16Array.of(10_000, 0, 0, 5_000),
  }),
  multiply: requestFrame(2, multiply, { ...window, cores: 1, batch: 1, inputs: Int8Array.of(100) }),
};

/** Requests and the answers of an emulated board, by the names of their dumps in docs/porting.md. */
export async function workedFrames(): Promise<Record<string, Frame>> {
  const board = createEmulatedBoard({ profile: loadProfile('ideal'), seed: 1 });
  let onAnswer: (frame: Frame) => void = () => undefined;
  const reader = new FrameReader({
    maxPayload: 4096,
    crc32,
    onFrame: (frame) => frame.kind !== FrameKind.progress && onAnswer(frame),
    onDamage: ({ refusal }) => {
      throw refusal;
    },
  });
  const link = board.firmware.attach((bytes) => reader.push(bytes), 'the porting guide');
  const frames: Record<string, Frame> = {};
  for (const [name, request] of Object.entries(workedRequests)) {
    const answer = new Promise<Frame>((resolve) => (onAnswer = resolve));
    link.receive(encodeFrame(request, crc32));
    frames[name] = request;
    frames[`${name}-answer`] = await answer;
  }
  link.close();
  board.close();
  return frames;
}

/** The guide, with the dumps below its marks generated again. */
export async function withDumps(guide: string): Promise<string> {
  const frames = await workedFrames();
  return guide.replace(
    /(<!-- dump ([\w-]+) -->\n)(?:\n```text\n[^`]*```\n)?/g,
    (_, mark: string, name: string) => `${mark}\n\`\`\`text\n${hexDump(frames[name])}\n\`\`\`\n`,
  );
}
