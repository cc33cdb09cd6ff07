import { Option } from 'commander';
import type { Board } from '../../drivers/index.js';
import { faultSentence, readRecord, type Soundness, UnsoundError } from '../../runtime/index.js';
import { warn } from '../terminal/output.js';

export interface AllowFaultsOptions {
  allowFaults?: boolean;
}

export const allowFaultsOption = () =>
  new Option(
    '--allow-faults',
    'go on, and end with exit code 0, although the board does not hold the model soundly',
  );

/** Ends a command whose report was printed: warns of faults that are allowed. Errors: `UnsoundError` for others. */
export function endSound({ faults, sound }: Soundness, { allowFaults }: AllowFaultsOptions): void {
  if (sound) return;
  if (!allowFaults) throw UnsoundError.of(faults);
  warnOfFaults(faultSentence(faults));
}

/** Warns of the faults that the last flash, verify or refresh found. */
export async function warnOfRecordedFaults(board: Board): Promise<void> {
  const { model } = await readRecord(board);
  if (model?.faults !== undefined) warnOfFaults(model.faults);
}

/** `faults` is what `faultSentence` says. */
const warnOfFaults = (faults: string): void => warn(`The board does not hold the model soundly: ${faults}.`);
