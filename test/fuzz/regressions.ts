/** Inputs that once failed, in base64, and how. They are tried first in every run, and by `npm test`. */
export const regressions: readonly { target: string; was: string; input: string }[] = [];
