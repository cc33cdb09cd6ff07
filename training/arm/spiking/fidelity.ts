/** How close the weights of a trial are to the chip: float32, the levels, or the levels with noise. */
export const Fidelity = { float32: 'float32', levels: 'levels', noisy: 'noisy' } as const;
export type Fidelity = (typeof Fidelity)[keyof typeof Fidelity];
