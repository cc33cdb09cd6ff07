/** The board cannot be reached, or the link to it was lost for good. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
}

/** The link broke, as if a cable was pulled. Dialling again may help. */
export class LostLinkError extends LinkError {}

/** Another program holds the port of the board. Waiting for it may help. */
export class HeldError extends LinkError {}

/** The board answered what no board may answer: malformed, out of bounds, or to another question. */
export class BoardError extends Error {
  override readonly name = 'BoardError';

  constructor(
    /** Name of the board's link. */
    readonly board: string,
    /** The command whose answer it is. */
    readonly command: string,
    /** Name of the field at fault, or empty. */
    readonly field: string,
    /** What is wrong with it. */
    reason: string,
  ) {
    super(
      `The board at ${board} sent a wrong answer (${command}): ${reason} Its firmware does not keep to the protocol; update it, or check the address.`,
    );
  }
}

/** The address of a board cannot be understood. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
}
