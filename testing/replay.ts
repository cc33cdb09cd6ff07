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
import { type Exchange, decodeRecording, nameOf } from './session-log.js';

/** A firmware that answers from a recording. */
export interface Replay {
  readonly firmware: Firmware;
  /** Recorded requests that were not asked for yet. */
  readonly left: number;
}

/**
 * Answers the requests of a recording in its order. `onDeparture` is told of the first request that is another one, with a
 * difference to read; it and all behind it are refused. Errors: `RecordingError`.
 */
export function replay(text: string, onDeparture: (difference: string) => void, token = ''): Replay {
  const { header, exchanges } = decodeRecording(text);
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
    firmware: new Firmware({ execute, maxPayload, window, token }),
    get left() {
      return exchanges.length - next;
    },
  };
}

const same = (first: Uint8Array, second: Uint8Array): boolean => Buffer.compare(first, second) === 0;

function refusalOf(payload: Uint8Array): Refusal {
  const { code, field, sentence } = refusalMessage.decode(payload);
  return new Refusal(code as RefusalCode, field, sentence);
}

type Request = Pick<Exchange, 'command' | 'request'>;

/** Recorded lines with a minus, those that came with a plus, the first lines that both have with neither. */
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
  const shown = lines.slice(0, shownLines);
  if (lines.length > shownLines) shown.push(`  and ${(lines.length - shownLines) / 2} lines more`);
  return [
    `Request ${number} departs from the recording: another ${name} (- recorded, + came).`,
    ...shown,
  ].join('\n');
}

const shownLines = 20;

/** Lines of the payload: those of header and checksum differ with it. */
function dumpOf(number: number, { command, request }: Request): string[] {
  return payloadDump({ kind: FrameKind.request, id: number, command, payload: request });
}
