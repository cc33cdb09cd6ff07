import { Option } from 'commander';
import { type Soundness, UnsoundError } from '../../runtime/index.js';

export interface AllowFaultsOptions {
  allowFaults?: boolean;
}

export const allowFaultsOption = () =>
  new Option(
    '--allow-faults',
    'go on, and end with exit code 0, although the board does not hold the model soundly',
  );

/** Ends a command whose report was printed. Errors: `UnsoundError` unless sound or allowed. */
export function endSound({ faults, sound }: Soundness, { allowFaults }: AllowFaultsOptions): void {
  if (!sound && !allowFaults) throw UnsoundError.of(faults);
}
