/** A file that cannot become a model; the message is a sentence for the user that names the layer and what is wrong. */
export class ImportError extends Error {
  override name = 'ImportError';
}
