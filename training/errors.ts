/** Training that cannot start or go on; the message is a sentence for the user. */
export class TrainingError extends Error {
  override name = 'TrainingError';
}
