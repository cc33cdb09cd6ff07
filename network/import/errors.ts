/**
 * A file that cannot become a model; the message is a sentence for the user that names the layer and the
 * fault.
 */
export class ImportError extends Error {
  override readonly name = 'ImportError';
}
