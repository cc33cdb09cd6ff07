import { status } from '../protocol/index.js';
import type { Bench } from './bench.js';
import { RawHost } from './raw-host.js';

/** Opens a session, a new one where no number is given, does the work and closes the link, whatever happens. */
export async function withHost<T>(
  bench: Bench,
  work: (host: RawHost) => Promise<T>,
  session?: bigint,
): Promise<T> {
  const host = await RawHost.open(bench, session);
  try {
    return await work(host);
  } finally {
    await host.close();
  }
}

/** Input vectors that the board says it has multiplied, ever. */
export const multiplications = async (host: RawHost): Promise<number> =>
  Number((await host.get(status, {})).multiplications);
