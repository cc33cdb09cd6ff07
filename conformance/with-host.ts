import { status } from '../protocol/index.js';
import type { Bench } from './bench.js';
import { RawHost } from './raw-host.js';

/** Opens a session (by default a new one), does the work, and closes the link in any case. */
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

/** Number of input vectors that the board has multiplied over its whole life, as it reports. */
export const multiplications = async (host: RawHost): Promise<number> =>
  Number((await host.get(status, {})).multiplications);
