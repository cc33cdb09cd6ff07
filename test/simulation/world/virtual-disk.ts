import { type Disk, type DiskFile, StateError } from '../../../emulator/index.js';
import type { Random } from '../../../network/index.js';
import { sameBytes } from './same-bytes.js';
import { StoredFile } from './stored-file.js';

/** The power went off: whoever sees this is dead. */
export class PowerCut extends Error {
  override readonly name = 'PowerCut';
}

/**
 * A disk whose power can be cut at any byte of any write: what was synced stays, of every later write a part
 * that is drawn. It can be full, and bits of it can turn over while it is off.
 */
export class VirtualDisk {
  /** Writes that were cut, refused for want of room, and bits that turned over. */
  readonly counts = { cuts: 0, full: 0, flips: 0 };
  readonly #random: Random;
  readonly #files = new Map<string, StoredFile>();
  readonly #locks = new Set<string>();
  /** Bytes until the power goes off; Infinity for never. */
  #left = Infinity;
  #isOn = true;
  /** Writes that fail because the disk is full. */
  fullRate = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Cuts the power after so many more bytes. */
  cutAfter(bytes: number): void {
    this.#left = bytes;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Cuts the power now; a part of what was not synced is lost. */
  cut(): void {
    if (!this.#isOn) return;
    this.#isOn = false;
    this.counts.cuts++;
    this.#locks.clear();
    for (const file of this.#files.values()) file.losePower(this.#random);
  }

  /** Switches the power on again. */
  restore(): void {
    this.#isOn = true;
    this.#left = Infinity;
  }

  /** Turns one bit of a journal over, behind its magic word and before its last record. */
  flip(path: string): { damaged: Uint8Array; repair: () => void } {
    const sound = this.#files.get(path)!;
    const damaged = sound.content.slice();
    damaged[8 + this.#random.below(lastRecord(damaged) - 8)] ^= 1 << this.#random.below(8);
    this.#files.set(path, new StoredFile(damaged.slice()));
    this.counts.flips++;
    return { damaged, repair: () => void this.#files.set(path, sound) };
  }

  /** Whether a file has this content, to the byte. */
  holds(path: string, content: Uint8Array): boolean {
    return sameBytes(this.#files.get(path)!.content, content);
  }

  /** The disk as a board sees it that is switched on now; dead for good once the power was cut. */
  mount(): Disk {
    const requirePower = this.#requirePower(this.counts.cuts);
    return {
      read: (path) => {
        requirePower();
        return this.#files.get(path)?.content.slice();
      },
      open: (path, create) => {
        requirePower();
        return this.#open(path, create, requirePower);
      },
      rename: (from, to) => {
        requirePower();
        // A cut shows the old name or the new one.
        if (this.#random.below(2) === 0) this.#spend(1);
        this.#files.set(to, this.#files.get(from)!);
        this.#files.delete(from);
        // A cut that is due comes here more often than among the bytes: the moment is the most delicate one.
        this.#spend(this.#left < Infinity && this.#random.below(4) === 0 ? this.#left : 1);
      },
      lock: (path) => {
        requirePower();
        if (this.#locks.has(path)) throw new StateError(`The state file ${path} is in use.`);
        this.#locks.add(path);
        return () => this.#locks.delete(path);
      },
      remove: (path) => {
        requirePower();
        this.#files.delete(path);
      },
    };
  }

  #open(path: string, create: boolean, requirePower: () => void): DiskFile {
    if (create) this.#files.set(path, new StoredFile());
    const file = this.#files.get(path);
    if (!file) throw new Error(`There is no file ${path}.`);
    return {
      write: (bytes, position) => {
        requirePower();
        return this.#write(file, bytes, position);
      },
      truncate: (size) => {
        requirePower();
        file.truncate(size);
      },
      sync: () => {
        requirePower();
        file.sync();
      },
      close: () => undefined,
    };
  }

  #write(file: StoredFile, bytes: Uint8Array, position: number): number {
    if (this.fullRate > 0 && this.#random.uniform() < this.fullRate) {
      this.counts.full++;
      throw new Error('no space left on device');
    }
    const count = this.#random.below(8) === 0 ? 1 + this.#random.below(bytes.length) : bytes.length;
    const part = bytes.slice(0, Math.min(count, this.#left));
    file.write(position, part);
    this.#spend(count);
    return count;
  }

  #spend(bytes: number): void {
    this.#left -= bytes;
    if (this.#left > 0) return;
    this.cut();
    throw new PowerCut('The power went off.');
  }

  /** A check that the power has not been cut since the cut of that number. */
  #requirePower(cuts: number): () => void {
    return () => {
      if (!this.#isOn || this.counts.cuts !== cuts) throw new PowerCut('The power is off.');
    };
  }
}

/** First byte of the last record of a journal that is there whole. */
function lastRecord(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let last = 8;
  for (let at = last; at + 12 <= bytes.length;) {
    const end = at + 12 + view.getUint32(at + 4, true);
    if (end > bytes.length) break;
    last = at;
    at = end;
  }
  return last;
}
