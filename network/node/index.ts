export { importModel } from './import-model.js';
export { bundledModels, loadArmModel, loadModel, readFrom, saveArmModel, saveModel } from './model-files.js';
export { FileTooLargeError, readLimited } from './limited-file.js';
export { MAX_NETWORK_BYTES } from './limits.js';
export { type GrowingFile, type WholeFile, openGrowing, openWhole, writeWhole } from './whole-file.js';
