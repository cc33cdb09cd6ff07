/** Seeds of runs that once found something, with what it was. They mean the same only while the simulator draws as it did. */
export const regressions: readonly { seed: number; found: string }[] = [];
