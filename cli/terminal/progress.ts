import { Presets, SingleBar } from 'cli-progress';
import { printable } from '../../protocol/index.js';
import { say, warn } from './output.js';

/** Progress of long work on stderr: a bar on a terminal, a line now and then otherwise. */
export interface Progress {
  /** Shows that `done` of `total` are done; `note` stands behind the bar. */
  update(done: number, total: number, note?: string): void;
  /** Prints a warning meanwhile. */
  warn(sentence: string): void;
  /** Removes or completes the bar, so that other output can follow. */
  end(): void;
}

/** A bar or lines with a label; nothing is shown before the first update. */
export const showProgress = (label: string): Progress =>
  process.stderr.isTTY ? new Bar(label) : new Lines(label);

/** Progress of work in several phases: each phase has its own bar. */
export class PhaseProgress {
  #phase?: string;
  #progress?: Progress;

  /** Shows that `done` of `total` of a phase are done. A new phase ends the bar of the last one. */
  update(phase: string, done: number, total: number, note?: string): void {
    if (phase !== this.#phase) this.end();
    this.#phase = phase;
    this.#progress ??= showProgress(phase);
    this.#progress.update(done, total, note);
  }

  /** Ends the bar of the current phase, so that other output can follow. */
  end(): void {
    this.#progress?.end();
    this.#progress = undefined;
  }
}

/** Columns that stand beside the bar: the label, the percentage, the time left and the longest note. */
const BESIDE = 74;

/** Width of the bar on a terminal of so many columns: the whole line fits 80 of them. */
export const barWidth = (columns = 80): number => Math.max(6, Math.min(40, columns - BESIDE));

class Bar implements Progress {
  readonly #bar: SingleBar;
  #started = false;

  constructor(label: string) {
    const format = `${label.padEnd(11)} {bar} {percentage} %  {eta_formatted} left  {note}`;
    const barsize = barWidth(process.stderr.columns);
    this.#bar = new SingleBar({ format, barsize, hideCursor: true, etaBuffer: 50 }, Presets.rect);
  }

  update(done: number, total: number, note = ''): void {
    if (!this.#started) this.#bar.start(total, 0, { note });
    this.#started = true;
    this.#bar.setTotal(total);
    this.#bar.update(done, { note: printable(note) });
  }

  warn(sentence: string): void {
    this.end();
    warn(sentence);
    this.#started = false;
  }

  end(): void {
    this.#bar.stop();
  }
}

/** Minimum time between two lines, in milliseconds. */
const LINE_INTERVAL = 2000;

class Lines implements Progress {
  readonly #label: string;
  #last = performance.now();

  constructor(label: string) {
    this.#label = label;
  }

  update(done: number, total: number, note = ''): void {
    const now = performance.now();
    if (done < total && now - this.#last < LINE_INTERVAL) return;
    this.#last = now;
    say(`${this.#label}: ${Math.floor((100 * done) / total)} %${note && `, ${note}`}`);
  }

  warn(sentence: string): void {
    warn(sentence);
  }

  end(): void {}
}
