import { inventCharacters } from '../../../../data/index.js';
import { decodeModel, encodeModel, importNetwork, type NetworkFiles } from '../../../../network/index.js';

/** Imports a network and writes the model. */
export async function importFrom(files: Pick<NetworkFiles, 'format' | 'bytes' | 'read'>): Promise<void> {
  const options = { invent: inventCharacters, ink: 1, paper: 0, updates: 2, ways: 2, shots: 1, seed: 1 };
  const { model } = await importNetwork({ ...files, file: 'network', name: 'network' }, options);
  decodeModel(encodeModel(model));
}
