export { importModel } from './import-model.js';
export { bundledModels, loadArmModel, loadModel, readFrom, saveArmModel, saveModel } from './model-files.js';
export { writeWhole } from './whole-file.js';
