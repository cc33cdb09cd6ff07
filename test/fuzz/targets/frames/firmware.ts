import { EmulatedBoard, plainBackend } from '../../../../emulator/index.js';
import {
  type AnyCommand,
  commandOf,
  type Frame,
  FrameKind,
  hello,
  progressMessage,
  RefusalCode,
  refusalMessage,
  snapshot,
  status,
  wait,
} from '../../../../protocol/index.js';
import { fastCrc32 } from '../../../../protocol/node/index.js';
import { goldenLog } from '../../../emulator/board/golden-log.js';
import { VirtualTime } from '../../../simulation/world/virtual-time.js';
import { require, type Target } from '../../target.js';
import { smallProfile } from '../boards/small-profile.js';
import { framesOf, mutateFrames, streamOf } from './frames.js';

export const makeBoard = (time: VirtualTime): EmulatedBoard =>
  new EmulatedBoard({ profile: smallProfile, seed: 1, backend: plainBackend(), crc32: fastCrc32, time });

const frameOf = ({ code, request }: AnyCommand, id: number, message: unknown): Frame => ({
  kind: FrameKind.request,
  id,
  command: code,
  payload: request.encode(message as never),
});
const helloFrame = (session: bigint): Frame => frameOf(hello, 0, { session, token: '', host: 'fuzzer' });

/** Checks that a board's answers are well formed, and none says that the board itself failed. */
function checkAnswers(bytes: Uint8Array): Frame[] {
  const frames = framesOf(bytes);
  require(streamOf(frames).length === bytes.length, 'The board sends what is no frame.');
  for (const { kind, command, payload } of frames) {
    if (kind === FrameKind.refusal) {
      const { code, sentence } = refusalMessage.decode(payload);
      require(code !== RefusalCode.internal, `The board fails: ${sentence}`);
      require(sentence.length > 0, 'A refusal has no sentence.');
    } else if (kind === FrameKind.progress) progressMessage.decode(payload);
    else {
      require(kind === FrameKind.response, `The board sends a frame of kind ${kind}.`);
      commandOf(command)!.response.decode(payload);
    }
  }
  return frames;
}

export const firmware: Target = {
  name: 'firmware',
  reads: "frames at a board's firmware",
  refusals: [],
  seeds() {
    const requests = [...goldenLog(smallProfile)].filter(({ command }) => command.name !== 'multiply');
    const multiplications = [...goldenLog(smallProfile)]
      .filter(({ command }) => command.name === 'multiply')
      .slice(2, 5);
    const all = [...requests, ...multiplications, { command: snapshot, message: { offset: 0, length: 100 } }];
    const groups = Array.from({ length: Math.ceil(all.length / 3) }, (_, at) =>
      all.slice(3 * at, 3 * at + 3),
    );
    return groups.map((group) =>
      streamOf([
        helloFrame(1n),
        ...group.map(({ command, message }, at) => frameOf(command, 1 + at, message)),
      ]),
    );
  },
  async read(input) {
    const time = new VirtualTime();
    const board = makeBoard(time);
    const talk = async (frames: readonly Uint8Array[], hangUp?: () => void): Promise<Frame[]> => {
      const sent: Uint8Array[] = [];
      const link = board.firmware.attach((bytes) => sent.push(bytes.slice()), 'a fuzzer', hangUp);
      for (const bytes of frames) {
        link.receive(bytes);
        await time.run(wait(60_000, undefined, time), 120_000);
      }
      link.close();
      return checkAnswers(Buffer.concat(sent));
    };
    await talk([input]); // as over a serial line, and as over TCP
    await talk([input], () => undefined);
    const frames = [helloFrame(2n ** 63n), frameOf(status, 1, {})];
    const answers = await talk(frames.map((frame) => streamOf([frame])));
    const isAnswer = ({ kind, command }: Frame) => kind === FrameKind.response && command === status.code;
    require(answers.some(isAnswer), 'The board answers no longer.');
    board.close();
  },
  mutate: mutateFrames,
};
