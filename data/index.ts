export { type Pixels, drawingOf, drawingOfPhoto } from './images/drawing.js';
export { mirror, rotate, withMirrors, withRotations } from './images/symmetries.js';
export { inventCharacters } from './invented/characters.js';
export { type StrokeOptions, drawStrokes } from './invented/strokes.js';
export { type NpyArray, type NpyData, NpyError, decodeNpy, encodeNpy } from './npy.js';
export { type Archive, omniglotArchives } from './omniglot/archives.js';
export { omniglotSplit } from './omniglot/split.js';
