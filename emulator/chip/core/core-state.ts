import { DeviceFault } from '../../../protocol/index.js';
import { type Draws, Purpose } from '../devices/draws.js';
import type { Allocate } from '../memory/allocate.js';
import type { ChipModel } from '../model.js';

/**
 * Everything that one core remembers. Devices are numbered (polarity * devicesPerPolarity + device) * pairs +
 * pair, polarity 0 plus and 1 minus; pairs (unit cells) row * columns + column.
 */
export interface CoreState {
  /** Conductance at age t0, nS, per device. */
  readonly conductance: Uint16Array;
  /** Drift exponent in 1 / 65536, per device. */
  readonly exponent: Uint16Array;
  /** Board clock at the device's last pulse, seconds. */
  readonly programmedAt: Float64Array;
  /** Pulses that a device has taken; statistical programming counts as one. */
  readonly pulses: Uint32Array;
  /** DeviceFault of a device. */
  readonly fault: Uint8Array;
  /** Times that a pair was programmed. */
  readonly writes: Uint32Array;
  /** Scale of the digital unit, fixed point, per column. */
  readonly scale: Int16Array;
  /** Offset of the digital unit, in codes, per column. */
  readonly offset: Int16Array;
}

/** Counters of a core: integers. */
export interface CoreCounters {
  programmedPairs: number;
  setPulses: number;
  resetPulses: number;
  /** Input vectors multiplied. */
  multiplications: number;
  /** Conductances read, one per polarity. */
  conductancesRead: number;
  /** Read commands. */
  reads: number;
}

/** A core as it leaves the factory: all devices at 0 nS, those with faults drawn, scales at one. */
export function createState(model: ChipModel, draws: Draws, allocate: Allocate): CoreState {
  const { pairs, devicesPerPolarity, profile } = model;
  const devices = 2 * devicesPerPolarity * pairs;
  const state: CoreState = {
    conductance: allocate(Uint16Array, devices),
    exponent: allocate(Uint16Array, devices),
    programmedAt: allocate(Float64Array, devices),
    pulses: allocate(Uint32Array, devices),
    fault: allocate(Uint8Array, devices),
    writes: allocate(Uint32Array, pairs),
    scale: allocate(Int16Array, profile.columns).fill(1 << profile.digital.fractionBits),
    offset: allocate(Int16Array, profile.columns),
  };
  const { deadFraction, stuckFraction } = profile.faults;
  if (deadFraction + stuckFraction > 0)
    for (let device = 0; device < devices; device++) {
      const uniform = draws.draw(Purpose.fault, device, 0)[0] / 0x100000000;
      if (uniform < deadFraction) setFault(model, state, device, DeviceFault.dead);
      else if (uniform < deadFraction + stuckFraction) setFault(model, state, device, DeviceFault.stuckSet);
    }
  return state;
}

/**
 * Makes a device faulty or whole: a stuck one jumps to where it stays and does not drift, a dead one conducts
 * nothing.
 */
export function setFault(model: ChipModel, state: CoreState, device: number, fault: DeviceFault): void {
  state.fault[device] = fault;
  if (fault === DeviceFault.none) return;
  state.exponent[device] = 0;
  state.conductance[device] =
    fault === DeviceFault.stuckSet
      ? model.deviceMax
      : fault === DeviceFault.stuckReset
        ? Math.floor(model.profile.pulses.resetConductance * 1000 + 0.5)
        : 0;
}

export function createCounters(): CoreCounters {
  return {
    programmedPairs: 0,
    setPulses: 0,
    resetPulses: 0,
    multiplications: 0,
    conductancesRead: 0,
    reads: 0,
  };
}
