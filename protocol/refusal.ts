/** Why a board refused. The number crosses the wire; the name is for people. */
export const RefusalCode = {
  badFrame: 1,
  badChecksum: 2,
  unsupportedVersion: 3,
  tooLarge: 4,
  unknownCommand: 5,
  badLength: 6,
  outOfRange: 7,
  noSession: 8,
  busy: 9,
  unauthorised: 10,
  cancelled: 11,
  notSupported: 12,
  windowExceeded: 13,
  internal: 14,
} as const;
export type RefusalCode = (typeof RefusalCode)[keyof typeof RefusalCode];

/** Meaning of each code, for the document. */
export const refusalMeanings: Record<keyof typeof RefusalCode, string> = {
  badFrame: 'bytes that are not a frame were skipped (request id 0)',
  badChecksum: 'the checksum of a frame did not match; the frame was dropped',
  unsupportedVersion: 'the frame has a protocol version that the board does not speak',
  tooLarge: 'the payload is longer than the maximum payload that hello announced',
  unknownCommand: 'the board has no command with this number',
  badLength: 'the payload is shorter or longer than its own fields say',
  outOfRange: 'an index, enum or number is out of range; nothing was changed',
  noSession: 'a request came before hello, or the board has restarted since',
  busy: 'another host holds the board',
  unauthorised: 'the token in hello is not the token that the board was started with',
  cancelled: 'the request was cancelled; what was done until then stays done',
  notSupported: 'the board does not have the capability that the command needs',
  windowExceeded: 'more requests are under way than the window allows',
  internal: 'the board itself failed; the sentence says how',
};

/** A refusal by the board: a code, the name of the field at fault (or '') and a sentence for the user. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: RefusalCode,
    readonly field: string,
    sentence: string,
  ) {
    super(sentence);
  }

  /** Name of the code, such as `outOfRange`; `code 77` if this version does not know the number. */
  get reason(): string {
    const known = Object.entries(RefusalCode).find(([, code]) => code === this.code);
    return known ? known[0] : `code ${this.code}`;
  }
}
