import {
  type Crc32,
  type Frame,
  FrameKind,
  hello,
  type Message,
  openFrame,
  RefusalCode,
  sealFrame,
  type Time,
} from '../../protocol/index.js';
import { LinkError, LostLinkError } from '../errors.js';
import type { Link } from './link.js';
import { decodeRefusal } from './decode-refusal.js';
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
  const answer = await new Promise<Frame>((resolve, reject) => {
    const fail = (error: Error) => {
      timer.stop();
      reject(error);
    };
    const timer = new RetryTimer(patience, { resend: say, giveUp: () => fail(silent(link)) }, time);
    link.events = {
      onFrame: (frame) => {
        if (frame.id !== 0 || frame.command !== hello.code) return;
        if (frame.kind === FrameKind.response) {
          timer.stop();
          resolve(frame);
        } else if (frame.kind === FrameKind.refusal) {
          const refusal = decodeRefusal(frame.payload);
          if (refusal.code === RefusalCode.badChecksum) say();
          else fail(refusal);
        }
      },
      onDamage: ({ refusal }) => {
        if (refusal.code === RefusalCode.unsupportedVersion) fail(refusal);
      },
      onMoving: () => undefined,
      onLost: (reason) => fail(new LostLinkError(`The link to ${link.name} was lost (${reason}).`)),
    };
    timer.start();
    say();
  });
  return hello.response.decode(answer.payload);
}

const silent = ({ name }: Link) =>
  new LinkError(
    `${name} does not answer hello; check that a board speaking this protocol is there, then try again.`,
  );
