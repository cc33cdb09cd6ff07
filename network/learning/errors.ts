/** Drawings that cannot be read or do not suffice; the message names the file and is a sentence for the user. */
export class DataError extends Error {
  override name = 'DataError';
}
