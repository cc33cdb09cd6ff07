import { UsageError } from '../../../cli/terminal/failure.js';
import type { Target } from '../target.js';
import { profile } from './boards/profile.js';
import { boardRecord, recording } from './boards/record.js';
import { snapshot, state } from './boards/state.js';
import { checkpoint } from './files/checkpoint.js';
import { jpeg, zip } from './files/images.js';
import { npy } from './files/npy.js';
import { onnx } from './files/onnx.js';
import { png } from './files/png.js';
import { model, safetensors } from './files/tensors.js';
import { tensorflow } from './files/tensorflow.js';
import { firmware } from './frames/firmware.js';
import { host } from './frames/host.js';
import { address, options } from './texts/command-line.js';
import { registry } from './texts/registry.js';
import { session } from './texts/session.js';

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
