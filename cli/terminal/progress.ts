import { Presets, SingleBar } from 'cli-progress';

/** Shows how far a long piece of work is: a bar on a terminal, a line now and then in a pipe. Always on stderr. */
export interface Progress {
  /** `note` stands behind the bar. */
  update(done: number, total: number, note?: string): void;
  /** Ends it; what follows is printed below. */
  end(): void;
}

export const showProgress = (label: string): Progress =>
  process.stderr.isTTY ? new Bar(label) : new Lines(label);

class Bar implements Progress {
  readonly #bar: SingleBar;
  #started = false;

  constructor(label: string) {
    const format = `${label.padEnd(10)} {bar} {percentage} %  {duration_formatted}, {eta_formatted} left  {note}`;
    this.#bar = new SingleBar({ format, hideCursor: true, etaBuffer: 50 }, Presets.rect);
  }

  update(done: number, total: number, note = ''): void {
    if (!this.#started) this.#bar.start(total, 0, { note });
    this.#started = true;
    this.#bar.setTotal(total);
    this.#bar.update(done, { note });
  }

  end(): void {
    this.#bar.stop();
  }
}

/** Milliseconds between two lines. */
const lineInterval = 2000;

class Lines implements Progress {
  #last = performance.now();

  constructor(private readonly label: string) {}

  update(done: number, total: number, note = ''): void {
    const now = performance.now();
    if (done < total && now - this.#last < lineInterval) return;
    this.#last = now;
    process.stderr.write(`${this.label}: ${Math.floor((100 * done) / total)} % ${note}`.trimEnd() + '\n');
  }

  end(): void {}
}
