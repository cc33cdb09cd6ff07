import type { DrawingClass } from '../../network/index.js';
import type { OnDecoded } from './decoded-cache.js';
import type { SourceFile } from './source.js';

/** A folder or zip with drawings. */
export interface DrawingSource {
  /** Its path, as the user gave it. */
  path: string;
  /** The files in it that a layout takes, in the order of their paths. */
  files: SourceFile[];
}

/** Which drawings are wanted, and who is told how far reading is. */
export interface ReadOptions {
  /** Only classes of these alphabets; all if missing. */
  alphabets?: readonly string[];
  onDecoded?: OnDecoded;
}

/** One way in which the drawings of a data set lie in folders and zips. */
export interface DrawingLayout {
  /** Kind of its files, for the message that there are none: `PNG or JPEG images`. */
  readonly files: string;
  /** Whether it takes a file, by its path inside the source with forward slashes. */
  takes(path: string): boolean;
  /**
   * Reads all sources that have such files. Drawings are float32, ink 1 and paper 0, all of one size.
   * Errors: `DataError` with a sentence that names the file.
   */
  read(sources: readonly DrawingSource[], options: ReadOptions): Promise<DrawingClass[]>;
}
