import { crc32 } from 'node:zlib';
import type { EmulatedBoard } from '../../emulator/index.js';
import { createEmulatedBoard } from '../../emulator/node/create-emulated-board.js';
import { listenTcp, loadProfile } from '../../emulator/node/index.js';
import { encodeFrame, type Frame, FrameKind, FrameReader, information } from '../../protocol/index.js';

/** A board that answers over TCP and says, as real ones do, that it can neither move its clock nor take snapshots. */
export async function startClocklessBoard(profile: string) {
  const board = createEmulatedBoard({ profile: loadProfile(profile), seed: 1 });
  const attach: EmulatedBoard['firmware']['attach'] = (send, peer) => {
    const answers = new FrameReader({
      maxPayload: 2 ** 31,
      crc32,
      onFrame: (frame) => send(encodeFrame(withoutCapabilities(frame), crc32)),
      onDamage: () => undefined,
    });
    return board.firmware.attach((bytes) => answers.push(bytes), peer);
  };
  const endpoint = await listenTcp({ attach }, '127.0.0.1', 0);
  const close = async () => {
    await endpoint.close();
    board.close();
  };
  return { board, url: endpoint.url, close };
}

function withoutCapabilities(frame: Frame): Frame {
  if (frame.command !== information.code || frame.kind !== FrameKind.response) return frame;
  const { response } = information;
  return { ...frame, payload: response.encode({ ...response.decode(frame.payload), capabilities: 0 }) };
}
