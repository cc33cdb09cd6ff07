import { type Frame, FrameKind, hello, information, status } from '../../../../protocol/index.js';
import { RecordingError, replay } from '../../../../testing/index.js';
import { decodeSession, encodeExchange, encodeHeader } from '../../../../testing/session-log.js';
import { mutateBytes } from '../../mutate-bytes.js';
import { mutateJson } from '../../mutate-json.js';
import { bytesOf, require, type Target, textOf } from '../../target.js';
import { framesOf, streamOf } from '../frames/frames.js';

const exchanges = [
  { command: information.code, request: new Uint8Array(), refused: false, answer: new Uint8Array(9) },
  { command: status.code, request: Uint8Array.of(1, 2, 3), refused: false, answer: Uint8Array.of(1) },
  { command: 999, request: new Uint8Array(), refused: true, answer: Uint8Array.of(7, 0, 0, 0) },
];

const rewritten = ({ header, exchanges }: ReturnType<typeof decodeSession>): string =>
  [encodeHeader(header), ...exchanges.map(encodeExchange)].join('\n');

/** Requests of a recording that are made again. */
const MAX_REPLAYED = 4;

export const session: Target = {
  name: 'session',
  reads: 'recorded sessions, and replays them',
  refusals: [RecordingError],
  seeds: () => [
    bytesOf(rewritten({ header: { board: 'tcp://127.0.0.1:1', maxPayload: 4096, window: 4 }, exchanges })),
  ],
  async read(input) {
    const decoded = decodeSession(textOf(input));
    const text = rewritten(decoded);
    require(rewritten(decodeSession(text)) === text, 'Writing and reading changes it.');
    const sent: Uint8Array[] = [];
    const { firmware } = replay(text, () => undefined);
    const link = firmware.attach((bytes) => sent.push(bytes), 'a fuzzer');
    const greeting = hello.request.encode({ session: 1n, token: '', host: 'fuzzer' });
    const requests = decoded.exchanges.slice(0, Math.min(MAX_REPLAYED, decoded.header.window));
    const frames = requests.map(({ command, request }, at): Frame => ({
      kind: FrameKind.request,
      id: at + 1,
      command,
      payload: request,
    }));
    link.receive(streamOf([{ kind: FrameKind.request, id: 0, command: hello.code, payload: greeting }]));
    await nextTurn();
    link.receive(streamOf(frames.filter(({ payload }) => payload.length <= decoded.header.maxPayload)));
    await nextTurn();
    link.close();
    const [answer] = framesOf(Buffer.concat(sent));
    require(answer.kind === FrameKind.response, 'The replay does not answer hello.');
  },
  mutate(input, random) {
    const lines = textOf(input).split('\n');
    const chosen = random.below(lines.length);
    try {
      lines[chosen] = JSON.stringify(mutateJson(JSON.parse(lines[chosen]), random)) ?? '';
    } catch {
      return mutateBytes(input, random);
    }
    return bytesOf(lines.join('\n'));
  },
  words: ['"response":"', '"refusal":"', '"pcmlog":1', '"command":"', 'AAAA', '\n'],
};

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
