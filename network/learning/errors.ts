/**
 * Drawings that cannot be read, or too few of them; the message is a sentence for the user that names the
 * file.
 */
export class DataError extends Error {
  override readonly name = 'DataError';
}
