import {
  type Crc32,
  type Frame,
  FrameKind,
  hello,
  type Message,
  openFrame,
  Refusal,
  RefusalCode,
  sealFrame,
  type Time,
} from '../../protocol/index.js';
import { BoardError, LostLinkError } from '../errors.js';
import type { Link } from './link.js';
import { decodeMessage, decodeRefusal } from './answers.js';
import { Heard } from './heard.js';
import { type Patience, RetryTimer } from './retry-timer.js';

/** The board's answer to hello. */
export type SessionLimits = Message<typeof hello.response.fields>;

/**
 * Says hello over a new link until it is answered. Hello changes nothing on the board, so that repeating it
 * does no harm. Takes over the link's events. Errors: `LinkError` if nothing answers; `LostLinkError`; the
 * board's `Refusal`.
 */
export async function shakeHands(
  link: Link,
  request: Message<typeof hello.request.fields>,
  { crc32, time, ...patience }: Patience & { crc32: Crc32; time: Time },
): Promise<SessionLimits> {
  const head = { kind: FrameKind.request, id: 0, command: hello.code };
  const bytes = sealFrame(openFrame(hello.request, request), head, crc32);
  const say = () => link.send(0, bytes);
  const heard = new Heard();
  let repeats = 0;
  const answer = await new Promise<Frame>((resolve, reject) => {
    const fail = (error: Error) => {
      timer.stop();
      link.onBytes = undefined;
      reject(error);
    };
    const timer = new RetryTimer(
      patience,
      { resend: say, giveUp: () => fail(heard.error(link.name, bytes)) },
      time,
    );
    link.events = {
      onFrame: (frame) => {
        if (frame.id !== 0 || frame.command !== hello.code) return;
        if (frame.kind === FrameKind.response) {
          timer.stop();
          link.onBytes = undefined;
          resolve(frame);
        } else if (frame.kind === FrameKind.refusal) {
          const refusal = decodeRefusal(link.name, frame.payload);
          if (!(refusal instanceof Refusal && refusal.code === RefusalCode.badChecksum)) fail(refusal);
          else if (repeats++ < MAX_REPEATS) say();
        }
      },
      onDamage: ({ refusal }) => {
        if (refusal.code === RefusalCode.unsupportedVersion) fail(refusal);
      },
      onMoving: () => undefined,
      onLost: (reason) =>
        fail(
          heard.isOfAnother
            ? heard.error(link.name, bytes)
            : new LostLinkError(`The link to ${link.name} was lost (${reason}).`),
        ),
    };
    link.onBytes = (piece) => heard.add(piece);
    timer.start();
    say();
  });
  const limits = decodeMessage(link.name, 'hello', hello.response, answer.payload) as SessionLimits;
  if (limits.session !== request.session) {
    throw new BoardError(link.name, 'hello', 'session', 'session is not the one of the request.');
  }
  return limits;
}

/** Times that hello is said again at once, because the board could not read it. */
const MAX_REPEATS = 16;
