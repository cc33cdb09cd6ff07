import type { ImportedGraph } from './graph.js';

/** The files of a network. The caller reads them: in Node from a folder, in a page from dropped files. */
export interface NetworkFiles {
  format: ImportedGraph['format'];
  /** Name of the main file, and its bytes. */
  file: string;
  bytes: Uint8Array;
  /** Name of the model, unless the options give one. */
  name: string;
  /** Reads another file of the same folder; `name` never leads out of it. */
  read(name: string): Promise<Uint8Array>;
}
