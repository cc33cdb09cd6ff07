import { pairedDifference } from '../../../network/index.js';
import { global, matched } from './factors.js';
import type { DriftMethod } from './method.js';

/** Compares `global` and `matched` on invented tasks; without such tasks it takes `global`. */
export const validated: DriftMethod = {
  name: 'validated',
  description:
    'matched if invented tasks are learned better with it than with global, beyond chance; otherwise global',
  async estimate(drifted) {
    const validation = drifted.validation?.();
    const reference = await global.estimate(drifted);
    if (!validation) return { ...reference, chosen: global };
    const candidate = await matched.estimate(drifted);
    const before = await validation.losses(reference.corrections);
    const after = await validation.losses(candidate.corrections);
    const { difference, ci95 } = pairedDifference(after, before);
    const probes = reference.probes + candidate.probes + validation.multiplications;
    const better = difference < -ci95;
    return { ...(better ? candidate : reference), probes, chosen: better ? matched : global };
  },
};
