import type { Connection } from '../../../drivers/index.js';
import {
  multiply,
  program,
  pulse,
  read,
  readUserData,
  Refusal,
  status,
  writeUserData,
} from '../../../protocol/index.js';

/** Outcome of one request as text: the answer or the refusal. */
type Outcome = string;

/** Rows and columns of the board. */
const SIDE = 16;
const digest = (value: unknown): Outcome =>
  JSON.stringify(value, (_, field: unknown) =>
    typeof field === 'bigint' ? `${field}n` : ArrayBuffer.isView(field) ? [...(field as Uint8Array)] : field,
  );

/** Request number `i` of a mix: a third are pulses, some are refused, some long, some large. */
function request(connection: Connection, i: number): Promise<unknown> {
  const draw = (salt: number, count: number) => (Math.imul(i * 8 + salt, 0x9e3779b1) >>> 8) % count;
  const window = {
    rowStart: draw(1, 8),
    rows: 1 + draw(2, 8),
    columnStart: draw(3, 8),
    columns: 1 + draw(4, 8),
  };
  if (i % 3 === 0) {
    const pulses = 1 + draw(1, 4);
    const fill = (salt: number, count: number) =>
      Array.from({ length: pulses }, (_, k) => draw(salt + k, count));
    return connection.request(pulse, {
      core: 0,
      pulses,
      rows: Uint16Array.from(fill(2, SIDE + (i % 60 === 0 ? SIDE : 0))), // sometimes a row out of range
      columns: Uint16Array.from(fill(3, SIDE)),
      polarities: Uint8Array.from(fill(4, 2)),
      devices: new Uint8Array(pulses),
      kinds: Uint8Array.from(fill(6, 2), (kind) => kind + 1),
    });
  }
  switch (draw(5, 24)) {
    case 0:
      return connection.request(program, {
        core: 0,
        ...window,
        tolerance: 0,
        maxIterations: 0,
        targets: new Uint16Array(2 * window.rows * window.columns).fill(draw(6, 3000)),
      });
    case 1: {
      const length = 1 + draw(6, i % 50 === 0 ? 4000 : 200);
      return connection.request(writeUserData, {
        offset: draw(7, 90),
        length,
        data: new Uint8Array(length).fill(i),
      });
    }
    case 2:
      return connection.request(readUserData, { offset: draw(6, 90), length: draw(7, 4000) });
    case 3:
      return connection.request(status, {});
    case 4:
      return connection.request(read, { core: 0, ...window });
    default: {
      const batch = 1 + draw(6, 3);
      const inputs = Int8Array.from({ length: batch * window.rows }, (_, k) => draw(k, 255) - 127);
      return connection.request(multiply, { core: 0, cores: 1, ...window, batch, inputs });
    }
  }
}

/**
 * Makes `count` requests of the mix, `together` at a time. `each` is called with the number of answers so
 * far.
 */
export async function askAll(
  connection: Connection,
  count: number,
  together: number,
  each: (answered: number) => void = () => undefined,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = new Array<Outcome>(count);
  let next = 0;
  let answered = 0;
  const worker = async () => {
    while (next < count) {
      const i = next++;
      outcomes[i] = await request(connection, i).then(digest, (error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
        return `${error.reason} ${error.field}`;
      });
      each(++answered);
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
  return outcomes;
}
