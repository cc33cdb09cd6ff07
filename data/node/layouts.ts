import type { DrawingLayout } from './layout.js';
import { omniglotLayout } from './omniglot-layout.js';

/** The layouts that drawings are looked for in; the first that takes a file of a source reads that source. */
export const drawingLayouts: readonly DrawingLayout[] = [omniglotLayout];
