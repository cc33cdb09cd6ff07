import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Profile } from '../../emulator/index.js';
import type { Model } from '../../network/index.js';
import { saveArmModel, saveModel } from '../../network/node/index.js';
import { writeAlphabet } from '../cli/fixtures/images.js';
import { smallArm } from '../network/arm/small-arm.js';
import { smallModel } from '../network/small-model.js';
import { exactProfile } from '../simulation/world/world.js';

/** Files that the commands are given. A command on them takes about a second, most of it to start. */
export interface Materials {
  folder: string;
  /** A chip without noise or drift, so that it holds exactly what it was told to hold. */
  profile: Profile;
  profilePath: string;
  model: Model;
  modelPath: string;
  armPath: string;
  data: string;
}

export async function prepareMaterials(): Promise<Materials> {
  const folder = mkdtempSync(join(tmpdir(), 'pcm-interruptions-'));
  const profile = exactProfile({ cores: 2, rows: 32, columns: 24, devicesPerPolarity: 1 });
  const model = modelOfDrawings();
  const materials = {
    folder,
    profile,
    profilePath: join(folder, 'profile.json'),
    model,
    modelPath: join(folder, 'small.safetensors'),
    armPath: join(folder, 'arm.safetensors'),
    data: join(folder, 'data'),
  };
  writeFileSync(materials.profilePath, JSON.stringify(profile));
  await saveModel(materials.modelPath, model);
  await saveArmModel(materials.armPath, smallArm());
  await writeAlphabet(materials.data, 4);
  return materials;
}

/** The small model for images of 28 x 28. */
function modelOfDrawings(): Model {
  const model = smallModel();
  const { description } = model;
  description.input = { channels: 1, height: 28, width: 28 };
  Object.assign(description.layers[0], { pool: 4, inputScale: 1 / 127 });
  Object.assign(description.layers[1], { pool: 2, inputScale: 0.05 });
  return model;
}
