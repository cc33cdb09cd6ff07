import type { Random } from '../../../../network/index.js';
import { commands, encodeFrame, type Frame, FrameKind, FrameReader } from '../../../../protocol/index.js';
import { fastCrc32 } from '../../../../protocol/node/index.js';
import { mutateBytes } from '../../mutate-bytes.js';

/** The whole frames in a stream of bytes. */
export function framesOf(bytes: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  const reader = new FrameReader({
    maxPayload: 2 ** 20,
    crc32: fastCrc32,
    onFrame: ({ payload, ...head }) => frames.push({ ...head, payload: payload.slice() }),
    onDamage: () => undefined,
  });
  reader.push(bytes);
  return frames;
}

export const streamOf = (frames: readonly Frame[]): Uint8Array =>
  Uint8Array.from(Buffer.concat(frames.map((frame) => encodeFrame(frame, fastCrc32))));

/** Changes one frame of a stream, or their order; lengths and checksums fit. */
export function mutateFrames(input: Uint8Array, random: Random): Uint8Array {
  const frames = framesOf(input);
  if (frames.length === 0) return mutateBytes(input, random);
  const chosen = random.below(frames.length);
  const frame = frames[chosen];
  const kind = random.below(12);
  if (kind < 7) frames[chosen] = { ...frame, payload: mutateBytes(frame.payload, random) };
  else if (kind === 7)
    frames[chosen] = { ...frame, id: frame.id + random.below(5) - 2 < 0 ? 2 ** 32 - 1 : random.below(6) };
  else if (kind === 8) frames[chosen] = { ...frame, kind: (1 + random.below(6)) as FrameKind };
  else if (kind === 9) frames[chosen] = { ...frame, command: commands[random.below(commands.length)].code };
  else if (kind === 10) frames.splice(random.below(frames.length + 1), 0, frame);
  else frames.splice(chosen, 1);
  return streamOf(frames);
}
