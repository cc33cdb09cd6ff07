import type { EmulatedBoard } from '../emulator/index.js';
import { DeviceFault } from '../protocol/index.js';

/** One device that does not work. */
export interface FaultyDevice {
  core: number;
  row: number;
  column: number;
  polarity: 'plus' | 'minus';
  /** Device within the polarity. Default 0. */
  device?: number;
  fault: Exclude<keyof typeof DeviceFault, 'none'>;
}

/** Breaks devices of a board. Errors: `RangeError` for a device that the chip does not have. */
export function breakDevices({ chip }: EmulatedBoard, faulty: readonly FaultyDevice[]): void {
  for (const { core, row, column, polarity, device = 0, fault } of faulty) {
    const { cores, rows, columns, devicesPerPolarity } = chip.profile;
    const within = (index: number, count: number) => Number.isInteger(index) && index >= 0 && index < count;
    if (
      !within(core, cores) ||
      !within(row, rows) ||
      !within(column, columns) ||
      !within(device, devicesPerPolarity)
    ) {
      throw new RangeError(
        `There is no device ${device} at core ${core}, row ${row}, column ${column}: the chip has ${cores} cores of ${rows} rows and ${columns} columns, ${devicesPerPolarity} devices per polarity.`,
      );
    }
    const polarities = [polarity === 'plus' ? 0 : 1];
    chip.setFault(
      core,
      { rows: [row], columns: [column], polarities, devices: [device] },
      DeviceFault[fault],
    );
  }
}
