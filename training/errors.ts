/** The training cannot start or go on. The message is a sentence for the user. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError';
}
