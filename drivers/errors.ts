/** The board cannot be reached, or the link to it was lost for good. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
}

/** The user named a board in a way that cannot be understood. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
}
