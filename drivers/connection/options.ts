import { type Crc32, realTime, type Time } from '../../protocol/index.js';

/** How a connection behaves. */
export interface ConnectionOptions {
  /** Checksum of frames. In Node, `fastCrc32` of `protocol/node` is the fastest. */
  crc32: Crc32;
  /** Secret for a board that demands one. */
  token: string;
  /** Name of this host, which a second host is told. */
  host: string;
  /** Milliseconds without an answer before requests are sent again; doubles with every try. */
  retryAfter: number;
  /** Milliseconds of silence after which the board counts as lost. */
  giveUpAfter: number;
  /**
   * Milliseconds in which the first hello must be answered. A board answers hello at once, so this is short;
   * a board that takes long to start after its port is opened needs more.
   */
  helloWithin: number;
  /** How often a lost link is dialled again. */
  redials: number;
  /** Milliseconds before the first of these; doubles with every try. */
  redialAfter: number;
  /** Default: the platform's own time. */
  time: Time;
  /** Number that tells this host from others; random by default. */
  session: bigint;
}

/** What a connection does unless it is told otherwise; only the checksum has no default. */
export const defaultOptions = (): Omit<ConnectionOptions, 'crc32'> => ({
  token: '',
  host: 'pcm-hil',
  retryAfter: 250,
  giveUpAfter: 20_000,
  helloWithin: 3600,
  redials: 3,
  redialAfter: 50,
  time: realTime,
  session: crypto.getRandomValues(new BigUint64Array(1))[0],
});
