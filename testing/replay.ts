import { Firmware } from '../emulator/index.js';
import {
  type Frame,
  frameAround,
  FrameKind,
  payloadDump,
  Refusal,
  RefusalCode,
  refusalMessage,
} from '../protocol/index.js';
import { fastCrc32 } from '../protocol/node/index.js';
import { type Exchange, decodeSession, nameOf } from './session-log.js';

/** A firmware that answers from a recording. */
export interface Replay {
  /** Takes links, as the firmware of a board. */
  readonly firmware: Firmware;
  /** Number of recorded requests that were not made yet. */
  readonly left: number;
}

/**
 * Answers the requests of a recording, in the recorded order. `onDeparture` is called with a readable
 * difference for the first request that departs from the recording; this request and all later ones are
 * refused. Errors: `RecordingError`.
 */
export function replay(text: string, onDeparture: (difference: string) => void, token = ''): Replay {
  const { header, exchanges } = decodeSession(text);
  let next = 0;
  let departed = false;
  const execute = ({ command, payload }: Frame): Uint8Array => {
    const expected: Exchange | undefined = exchanges[next];
    if (departed || expected?.command !== command || !same(expected.request, payload)) {
      if (!departed) onDeparture(difference(next + 1, expected, { command, request: payload }));
      departed = true;
      throw new Refusal(RefusalCode.internal, '', `Request ${next + 1} departs from the recording.`);
    }
    next++;
    if (expected.refused) throw refusalOf(expected.answer);
    return frameAround(expected.answer);
  };
  const { maxPayload, window } = header;
  return {
    firmware: new Firmware({ execute, maxPayload, window, token, crc32: fastCrc32 }),
    get left() {
      return exchanges.length - next;
    },
  };
}

/** Maximum number of lines in a difference. */
const SHOWN_LINES = 20;

const same = (first: Uint8Array, second: Uint8Array): boolean => Buffer.compare(first, second) === 0;

function refusalOf(payload: Uint8Array): Refusal {
  const { code, field, sentence } = refusalMessage.decode(payload);
  return new Refusal(code as RefusalCode, field, sentence);
}

type Request = Pick<Exchange, 'command' | 'request'>;

/** The lines in which two requests differ: the recorded ones with a minus, the new ones with a plus. */
function difference(number: number, recorded: Request | undefined, came: Request): string {
  const name = nameOf(came.command);
  if (!recorded) return `The recording ends after ${number - 1} requests, and ${name} came.`;
  if (recorded.command !== came.command) {
    return `Request ${number} departs from the recording: ${nameOf(recorded.command)} was recorded, ${name} came.`;
  }
  const [before, after] = [dumpOf(number, recorded), dumpOf(number, came)];
  const lines = Array.from({ length: Math.max(before.length, after.length) }, (_, i) =>
    before[i] === after[i] ? [] : [`- ${before[i] ?? ''}`, `+ ${after[i] ?? ''}`],
  ).flat();
  const shown = lines.slice(0, SHOWN_LINES);
  if (lines.length > SHOWN_LINES) shown.push(`  and ${(lines.length - SHOWN_LINES) / 2} lines more`);
  return [
    `Request ${number} departs from the recording: another ${name} (- recorded, + came).`,
    ...shown,
  ].join('\n');
}

/** Lines of the payload alone: header and checksum differ whenever it does. */
function dumpOf(number: number, { command, request }: Request): string[] {
  return payloadDump({ kind: FrameKind.request, id: number, command, payload: request });
}
