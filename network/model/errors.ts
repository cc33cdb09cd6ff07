/**
 * A model whose description, layers or tensors do not belong together; the message is a sentence for the
 * user.
 */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}
