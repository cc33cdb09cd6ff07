/** The board cannot be reached, or the link to it was lost for good. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
}

/** The link broke, as if a cable was pulled. Dialling again may help. */
export class LostLinkError extends LinkError {}

/** The address of a board cannot be understood. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
}
