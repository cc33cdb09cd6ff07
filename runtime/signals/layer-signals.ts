import type { InputCounts } from '../../network/index.js';

/** What went through a layer: where it saturates, and whether anything comes out. */
export interface LayerSignals {
  /** Of the layer. */
  name: string;
  /** Share of its inputs other than 0 that exceed the maximum input code and are cut off there. */
  inputsClipped: number;
  /** Maximum input code that was reached, at most 127. */
  maxInputCode: number;
  /** Share of its output codes at the limit of the converter. */
  codesClipped: number;
  /** All of its inputs, or all of its weighted sums, were 0: nothing that follows depends on the images. */
  dead: boolean;
}

/** Counts what goes through a layer. */
export class SignalCounts implements InputCounts {
  busy = 0;
  clipped = 0;
  maxCode = 0;
  /** Output codes, and those of them at the limit of the converter. */
  codes = 0;
  codesClipped = 0;
  /** A weighted sum other than 0 was seen. */
  answered = false;

  /** Looks for a weighted sum other than 0, once. */
  lookAt(sums: Float32Array): void {
    this.answered ||= sums.some((sum) => sum !== 0);
  }

  /** The counts of the layer of this name. */
  of(name: string): LayerSignals {
    return {
      name,
      inputsClipped: this.clipped / Math.max(1, this.busy),
      maxInputCode: this.maxCode,
      codesClipped: this.codesClipped / Math.max(1, this.codes),
      dead: this.busy === 0 || !this.answered,
    };
  }
}
