import { Chip } from '../../../../emulator/chip/chip.js';
import { plainBackend } from '../../../../emulator/chip/plain-backend.js';
import { Clock } from '../../../../emulator/board/clock.js';
import type { Profile } from '../../../../emulator/profile/profile.js';
import { nodeDisk } from '../../../../emulator/node/state/node-disk.js';
import { fastCrc32 } from '../../../../protocol/node/index.js';
import { BoardState } from '../../../../emulator/state/board-state.js';
import { UserArea } from '../../../../emulator/board/user-area.js';
import { profileWith } from '../../chip/helpers.js';

/** An exact chip whose flash is several changes, one a core. */
export const flashedProfile = () => profileWith('ideal', { cores: 6, rows: 24, columns: 24 });

/** A chip that a state file keeps. */
export function keptChip(profile: Profile, path: string) {
  const clock = new Clock();
  const kept: { state?: BoardState } = {};
  const onChange = (change: Uint8Array) => kept.state?.chipChanged(change);
  const chip = new Chip(profile, { seed: 1, now: clock.now, onChange, backend: plainBackend() });
  const state = new BoardState(
    { path, disk: nodeDisk, crc32: fastCrc32 },
    { chip, clock, userArea: new UserArea(16) },
  );
  kept.state = state;
  return { chip, state };
}

/** Targets of a flash: its number on the plus side, twice that on the minus side. */
export function flashTargets({ rows, columns }: Profile, flash: number): Uint16Array {
  return new Uint16Array(2 * rows * columns).fill(flash, 0, rows * columns).fill(2 * flash, rows * columns);
}

/** Flashes that the unit cells of a core were last programmed by; -1 where devices of one cell disagree. */
export function flashesOf(chip: Chip, core: number): number[] {
  const { conductance } = chip.state(core);
  const { pairs, devicesPerPolarity } = chip.model;
  const polarity = (number: number, pair: number) => {
    let sum = 0;
    for (let device = 0; device < devicesPerPolarity; device++)
      sum += conductance[(number * devicesPerPolarity + device) * pairs + pair];
    return sum;
  };
  return Array.from({ length: pairs }, (_, pair) => {
    const plus = polarity(0, pair);
    return polarity(1, pair) === 2 * plus ? plus : -1;
  });
}
