export { loadClasses, loadDrawings, loadOmniglot } from './classes.js';
export { decodeDrawing, decodePhoto } from './decode-image.js';
export type { OnDecoded } from './decoded-cache.js';
export { type DownloadOptions, download } from './download.js';
export type { DrawingLayout, DrawingSource, ReadOptions } from './layout.js';
export { drawingLayouts } from './layouts.js';
export { MAX_IMAGE_BYTES } from './limits.js';
export { omniglotLayout } from './omniglot-layout.js';
export type { SourceFile } from './source.js';
