import { UsageError } from '../../../cli/terminal/failure.js';
import type { Target } from '../target.js';
import { firmware } from './firmware.js';
import { host } from './host.js';
import { jpeg, png, zip } from './images.js';
import { boardRecord, checkpoint, profile, recording, registry } from './json.js';
import { onnx, tensorflow } from './networks.js';
import { snapshot, state } from './state.js';
import { model, npy, safetensors } from './tensors.js';
import { address, options, session } from './texts.js';

/** Everything that is fuzzed. */
export const targets: readonly Target[] = [
  firmware,
  host,
  safetensors,
  model,
  checkpoint,
  npy,
  png,
  jpeg,
  zip,
  onnx,
  tensorflow,
  session,
  recording,
  profile,
  state,
  snapshot,
  boardRecord,
  registry,
  address,
  options,
];

/** Errors: `UsageError` for a name that no target has. */
export function targetNamed(name: string): Target {
  const target = targets.find((one) => one.name === name);
  if (!target) throw new UsageError(`There is no target '${name}'; --list lists them.`);
  return target;
}
