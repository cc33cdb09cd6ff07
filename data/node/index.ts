export { loadClasses, loadOmniglot } from './classes.js';
export { decodeDrawing, decodePhoto } from './decode-image.js';
export type { OnDecoded } from './decoded-cache.js';
export { type DownloadOptions, download } from './download.js';
