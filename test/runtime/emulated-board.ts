import { type Board, memoryDial, openBoard } from '../../drivers/index.js';
import { EmulatedBoard, type Profile, loadProfile } from '../../emulator/index.js';

/** A board with an emulated chip of its own, spoken to in frames; `change` alters the profile. */
export async function emulatedBoard(
  change: (profile: Profile) => Partial<Profile> = () => ({}),
  { name = 'hermes', seed = 1 } = {},
): Promise<{ board: Board; emulator: EmulatedBoard; profile: Profile; seed: number }> {
  const original = loadProfile(name);
  const profile = { ...original, ...change(original) };
  const emulator = new EmulatedBoard({ profile, seed });
  const dial = memoryDial('emulator', (send) => emulator.firmware.attach(send, 'test'));
  const board = await openBoard('emulator:', { schemes: { emulator: () => dial } });
  return { board, emulator, profile, seed };
}
