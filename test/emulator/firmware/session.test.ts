import test from 'ava';
import { type Outcome, Session } from '../../../emulator/firmware/session.js';
import {
  crc32,
  type Frame,
  FrameKind,
  FrameReader,
  openFrame,
  realTime,
  refusalMessage,
  status,
} from '../../../protocol/index.js';

const request = (id: number): Frame => ({
  kind: FrameKind.request,
  id,
  command: status.code,
  payload: new Uint8Array(0),
});

const answer = (clock: number): Uint8Array => {
  const none = { programmedPairs: 0n, setPulses: 0n, resetPulses: 0n, multiplications: 0n, reads: 0n };
  return openFrame(status.response, { clock, ...none });
};

/** A session with a window of 4. Its steps go on when the test calls `turn`. */
function sessionOf(execute: (request: Frame) => Outcome = ({ id }) => answer(id)) {
  const sent: string[] = [];
  const executed: number[] = [];
  const turns: (() => void)[] = [];
  const reader = new FrameReader({
    maxPayload: 4096,
    crc32,
    onFrame: ({ kind, id, payload }) => {
      const name = Object.keys(FrameKind).find((one) => FrameKind[one as keyof typeof FrameKind] === kind);
      const field = kind === FrameKind.refusal ? ` ${refusalMessage.decode(payload).sentence}` : '';
      sent.push(`${name} ${id}${field}`);
    },
    onDamage: ({ refusal }) => {
      throw refusal;
    },
  });
  const session = new Session(1n, {
    window: 4,
    crc32,
    time: { ...realTime, soon: (action) => turns.push(action) },
    execute: (one) => {
      executed.push(one.id);
      return execute(one);
    },
    send: (bytes) => reader.push(bytes),
    release: () => undefined,
  });
  const turn = async () => {
    turns.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { session, sent, executed, turn };
}

const CANCELLED = 'The request was cancelled; what was done stays done.';

test('requests are executed once each, in the order of their numbers', (t) => {
  const { session, sent, executed } = sessionOf();
  for (const id of [2, 3, 1, 2, 1]) session.receive(request(id));
  t.deepEqual(executed, [1, 2, 3]);
  t.deepEqual(sent, ['response 1', 'response 2', 'response 3', 'response 2', 'response 1']);
  t.is(session.nextId, 4);
});

test('a request beyond the window is refused, and one from long ago is ignored', (t) => {
  const { session, sent, executed } = sessionOf();
  session.receive(request(5));
  t.deepEqual(sent.splice(0), ['refusal 5 Request 5 is beyond the window of 4 after request 0.']);
  for (let id = 1; id <= 5; id++) session.receive(request(id));
  sent.length = 0;
  session.receive(request(1));
  session.receive(request(2));
  t.deepEqual(sent, ['response 2']);
  t.deepEqual(executed, [1, 2, 3, 4, 5]);
});

function* threeSteps(): Generator<{ done: number; total: number }, Uint8Array> {
  for (let done = 1; done <= 3; done++) yield { done, total: 3 };
  return answer(0);
}

test('a long request reports progress, repeats it when asked again, and holds up the next ones', async (t) => {
  const { session, sent, executed, turn } = sessionOf(({ id }) => (id === 1 ? threeSteps() : answer(id)));
  session.receive(request(1));
  session.receive(request(2));
  session.receive(request(1));
  t.deepEqual(sent.splice(0), ['progress 1', 'progress 1']);
  await turn();
  await turn();
  t.deepEqual(executed, [1]);
  await turn();
  t.deepEqual(sent, ['progress 1', 'progress 1', 'response 1', 'response 2']);
});

test('a cancel stops a request between two steps, or before it begins', async (t) => {
  const { session, sent, executed, turn } = sessionOf(() => threeSteps());
  session.cancel(2);
  session.receive(request(1));
  session.receive(request(2));
  session.cancel(1);
  await turn();
  t.deepEqual(sent, ['progress 1', `refusal 1 ${CANCELLED}`, `refusal 2 ${CANCELLED}`]);
  t.deepEqual(executed, [1]);
});

test('an abandoned session drops waiting requests and comes to rest after a step', async (t) => {
  const { session, executed, turn } = sessionOf(() => threeSteps());
  session.receive(request(1));
  session.receive(request(2));
  let rested = false;
  const rest = session.abandon().then(() => (rested = true));
  t.false(rested);
  await turn();
  t.true(await rest);
  t.deepEqual(executed, [1]);
});

test('a failure of the board is refused as one', (t) => {
  const { session, sent } = sessionOf(() => {
    throw new Error('no power');
  });
  session.receive(request(1));
  t.deepEqual(sent, ['refusal 1 The board failed: Error: no power']);
});
