import { sha256 } from '@noble/hashes/sha2.js';
import {
  MAX_TOKEN_BYTES,
  printable,
  Refusal,
  RefusalCode,
  textBytes,
  type Time,
} from '../../protocol/index.js';

/** Wrong tokens from one source that cost nothing: people mistype. */
const FREE_MISTAKES = 5;
/** Milliseconds in which no further try is looked at after the last of them; doubles with each mistake. */
const FIRST_PAUSE = 1000;
/** Maximum of this time, in milliseconds. */
const MAX_PAUSE = 60_000;
/** Sources that are remembered; with more of them, the oldest is forgotten. */
const MAX_SOURCES = 1024;

/** Wrong tokens from one source since its last right one. */
interface Mistakes {
  count: number;
  /** Milliseconds from the last one until the next try. */
  pause: number;
  /** No try is looked at before this time. */
  until: number;
}

/** How a token is checked. */
export interface TokenCheckOptions {
  /** The secret; empty if there is none, then any token is right. */
  token: string;
  time: Time;
  /** Called once for each source that guesses, with a sentence for the log. */
  onWarning(sentence: string): void;
}

/**
 * Checks the tokens of hosts. Wrong ones are counted by where they come from, and slow down the next try from
 * there, right or wrong: so a guess cannot be told from the time of its answer either.
 */
export class TokenCheck {
  readonly #options: TokenCheckOptions;
  readonly #digest: Uint8Array;
  readonly #mistakes = new Map<string, Mistakes>();

  /** Errors: `RangeError` for a token that no host could send. */
  constructor(options: TokenCheckOptions) {
    const bytes = textBytes(options.token);
    if (bytes > MAX_TOKEN_BYTES) {
      throw new RangeError(
        `The token takes ${bytes} bytes, hello has room for ${MAX_TOKEN_BYTES}; choose a shorter one.`,
      );
    }
    this.#options = options;
    this.#digest = digestOf(options.token);
  }

  /**
   * Checks the token of a host at `peer`. One that is `known`, because it resumes the session, does not wait
   * for what others near it guessed. Errors: `Refusal` if the token is wrong, or if too many came from there.
   */
  check(peer: string, token: string, known: boolean): void {
    if (this.#options.token === '' && token === '') return;
    const address = peer.replace(/:\d+$/, '');
    const source = networkOf(address);
    const now = this.#options.time.now();
    const mistakes = this.#mistakes.get(source) ?? { count: 0, pause: 0, until: now };
    if (mistakes.until > now && !known) throw tooMany(address, mistakes.until - now);
    if (this.#isRight(token)) return void this.#mistakes.delete(source);
    this.#mistakes.set(source, mistakes);
    this.#count(address, mistakes, now);
    throw new Refusal(
      RefusalCode.unauthorised,
      'token',
      'The token is not the one that the board was started with; give it with --token or PCM_TOKEN.',
    );
  }

  #count(address: string, mistakes: Mistakes, now: number): void {
    if (++mistakes.count >= FREE_MISTAKES) {
      mistakes.pause = Math.min(MAX_PAUSE, 2 * mistakes.pause || FIRST_PAUSE);
      mistakes.until = now + mistakes.pause;
    }
    if (this.#mistakes.size > MAX_SOURCES) this.#mistakes.delete(this.#mistakes.keys().next().value!);
    if (mistakes.count === FREE_MISTAKES) {
      this.#options.onWarning(
        `${FREE_MISTAKES} wrong tokens came from ${printable(address)}; further tries from there are slowed down.`,
      );
    }
  }

  /** Compares in a time that does not depend on where the two differ, nor on their lengths. */
  #isRight(token: string): boolean {
    const digest = digestOf(token);
    return digest.reduce((difference, byte, index) => difference | (byte ^ this.#digest[index]), 0) === 0;
  }
}

const digestOf = (secret: string): Uint8Array => sha256(new TextEncoder().encode(secret));

const tooMany = (address: string, milliseconds: number): Refusal =>
  new Refusal(
    RefusalCode.unauthorised,
    'token',
    `Too many wrong tokens came from ${printable(address)}; wait ${Math.ceil(milliseconds / 1000)} s before the next try.`,
  );

/**
 * What tries are counted by: an address, or the first half of one of IPv6, as who has one such address often
 * has all that begin like it.
 */
function networkOf(address: string): string {
  if (!/^[\da-f]*:[\da-f:]*$/i.test(address)) return address;
  const [head, tail = []] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Array<string>(Math.max(0, 8 - head.length - tail.length)).fill('0');
  return [...head, ...zeros, ...tail].slice(0, 4).join(':');
}
