import type { InitializeHook, LoadHook } from 'node:module';

interface MutatedModule {
  url: string;
  source: string;
}

let mutant: MutatedModule;

export const initialize: InitializeHook<MutatedModule> = (data) => {
  mutant = data;
};

/** Replaces the source of one module. */
export const load: LoadHook = (url, context, next) =>
  url === mutant.url ? { format: 'module', shortCircuit: true, source: mutant.source } : next(url, context);
